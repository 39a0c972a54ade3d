-- Which features drift most often
select model, feature,
       count(*) filter (where status = 'drift') as drift_windows,
       count(*) filter (where status = 'warning') as warning_windows,
       round(max(effect), 3) as largest_effect
from features
group by all
order by drift_windows desc, largest_effect desc
limit 30;
