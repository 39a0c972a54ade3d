-- Windows in which only one of two models drifts
select window_start,
       max(worst) filter (where status = 'drift') as worst_feature,
       string_agg(model, ', ') filter (where status = 'drift') as drifting
from checks
group by window_start
having count(*) filter (where status = 'drift') = 1
order by window_start;
