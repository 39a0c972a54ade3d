-- Cells whose share changed most in the newest window
with newest as (select model, max(window_start) as window_start from cells group by model),
     shares as (
       select c.model, c.feature, c.label, c.reference_share,
              c.current_count / sum(c.current_count) over (partition by c.model, c.feature) as share
       from cells c join newest using (model, window_start)
     )
select model, feature, label, round(reference_share, 4) as reference, round(share, 4) as window_share,
       round(share - reference_share, 4) as change
from shares
where share is not null
order by abs(share - reference_share) desc
limit 30;
