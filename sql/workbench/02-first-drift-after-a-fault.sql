-- First drift of each feature, by model
select model, feature, min(window_start) as first_drift, round(max(ks), 3) as largest_ks_gap
from features
where status = 'drift'
group by all
order by model, first_drift;
