-- What was wrong with the data, by kind
select model, kind, subject, change, count(*) as windows, min(window_start) as first_window, max(window_start) as last_window,
  round(max(effect), 3) as largest_effect
from quality
where status in ('warning', 'drift')
group by all
order by model, windows desc;
