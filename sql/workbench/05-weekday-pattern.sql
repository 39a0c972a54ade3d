-- Effects by weekday
select feature, dayname(window_start) as weekday, round(avg(effect), 3) as mean_effect, count(*) as windows
from features
group by all
having mean_effect > 0.05
order by mean_effect desc
limit 40;
