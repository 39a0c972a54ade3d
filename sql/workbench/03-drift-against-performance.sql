-- Does performance fall where inputs drift?
select c.model, c.status, count(*) as windows,
       round(avg(p.roc_auc), 4) as mean_auc,
       round(avg(p.base_rate), 4) as mean_base_rate
from checks c
join performance p using (model, window_start)
group by all
order by c.model, c.status;
