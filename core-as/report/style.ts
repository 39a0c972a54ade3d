/** The report's style sheet: the dashboard's colours by meaning, a dark theme where the reader's is, and paper. */
export const style = `
:root{color-scheme:light dark;--page:#f6f7f9;--surface:#fff;--line:#d9dee4;--text:#17202b;--muted:#566273;--accent:#1b5fa8;
--reference:#8b98a8;--ok:#1f7a5c;--ok-soft:#e0f1ea;--warning:#8f5a00;--warning-soft:#fdf0d3;--drift:#b3261e;--drift-soft:#fbe3e1;
--insufficient:#5b6673;--insufficient-soft:#e8ebef;--error:#b3261e;--error-soft:#fbe3e1;
font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
@media (prefers-color-scheme:dark){:root{--page:#10151c;--surface:#18202a;--line:#2c3744;--text:#e6ebf1;--muted:#9eabba;--accent:#6db3f8;
--reference:#7d8a99;--ok:#57c99d;--ok-soft:#16342a;--warning:#eab64d;--warning-soft:#382c10;--drift:#ff8f86;--drift-soft:#3f1d1b;
--insufficient:#9eabba;--insufficient-soft:#26303c;--error:#ff8f86;--error-soft:#3f1d1b}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text)}
main{max-width:1100px;margin:0 auto;padding:1.6rem 1.2rem 4rem}
h1,h2,h3{line-height:1.2;margin:0;font-weight:650;text-wrap:balance}
h1{font-size:1.55rem}h2{font-size:1.15rem;margin:0 0 .8rem}h3{font-size:1rem;margin:1.1rem 0 .5rem}
p{margin:.5rem 0}.muted{color:var(--muted)}.small{font-size:.86rem}.lead{font-size:1.06rem;font-weight:550}
section,details.feature{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:1.1rem 1.2rem;margin-top:1rem}
.badge{display:inline-block;white-space:nowrap;border-radius:99px;padding:.1rem .6rem;font-size:.86rem;font-weight:600}
.badge.ok{color:var(--ok);background:var(--ok-soft)}.badge.warning{color:var(--warning);background:var(--warning-soft)}
.badge.drift{color:var(--drift);background:var(--drift-soft)}.badge.error{color:var(--error);background:var(--error-soft)}
.badge.insufficient{color:var(--insufficient);background:var(--insufficient-soft)}
dl.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,max-content));gap:.8rem 2rem;margin:1rem 0 0}
dl.figures dt{color:var(--muted);font-size:.82rem}dl.figures dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;padding:.42rem 1.2rem .42rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--muted);font-weight:550;font-size:.84rem;white-space:nowrap}
tr:last-child td{border-bottom:0}.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.mono{font-family:ui-monospace,SFMono-Regular,Menlo,monospace;font-size:.86rem}
a{color:var(--accent)}td.name .small{font-weight:400}td:last-child,th:last-child{padding-right:0}td.name{font-weight:600;overflow-wrap:anywhere;min-width:110px}
.track{position:relative;height:7px;width:120px;border-radius:4px;background:var(--line);overflow:hidden;margin:.42rem 0 .1rem}
.track b{position:absolute;inset:0 auto 0 0;background:var(--muted);border-radius:4px}
.track b.drift{background:var(--drift)}.track b.warning{background:var(--warning)}
.track i{position:absolute;left:50%;top:0;bottom:0;width:2px;background:var(--text);opacity:.55}
details.feature>summary{cursor:pointer;display:flex;flex-wrap:wrap;gap:.3rem .8rem;align-items:baseline}
summary h2{margin:0;font-size:1.05rem;overflow-wrap:anywhere}
.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,380px),1fr));gap:1rem;margin-top:1rem}
.picture{width:100%;height:auto;font-size:12px}.picture text{fill:var(--muted)}
.picture .grid{stroke:var(--line);fill:none}.picture .axis{stroke:var(--muted);fill:none}
.picture rect.reference,.picture .area.reference{fill:var(--reference)}.picture .area{fill-opacity:.4}
.picture rect.current{fill:var(--accent)}.picture .line{fill:none;stroke-width:2}
.picture .line.reference{stroke:var(--reference)}.picture .line.current{stroke:var(--accent)}
.picture path.gap{stroke:var(--drift);stroke-width:2;fill:none}.picture text.gap{fill:var(--drift);font-weight:650}
.periods td{padding:.25rem .3rem;text-align:center}.periods td.name{text-align:left}
.periods .s{display:inline-block;width:1.5rem;height:1.3rem;line-height:1.3rem;border-radius:4px;font-size:.8rem}
.s.ok{background:var(--ok-soft);color:var(--ok)}.s.warning{background:var(--warning-soft);color:var(--warning)}
.s.drift,.s.error{background:var(--drift-soft);color:var(--drift)}.s.insufficient{background:var(--insufficient-soft);color:var(--insufficient)}
ul{margin:.4rem 0;padding-left:1.2rem}code{font-size:.88em}
@media (max-width:560px){main{padding:1rem .7rem 3rem}section,details.feature{padding:.9rem}}
@media print{:root{color-scheme:light}body{background:#fff}main{max-width:none;padding:0}
section,details.feature{break-inside:avoid;border-color:#bbb}section.long{break-inside:auto}
details.feature::details-content{content-visibility:visible;block-size:auto}
.badge,.s,.track,.picture{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
