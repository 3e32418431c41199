/** The look of the built-in chat: one column, light or dark as the system is, from phone width up. */

export const STYLE = `
:root{color-scheme:light dark;--bg:light-dark(#fbfaf8,#151617);--card:light-dark(#fff,#1e2022);--ink:light-dark(#1d1f21,#eceae6);
--dim:light-dark(#6a6862,#a09d96);--line:light-dark(#e5e1da,#303336);--koi:light-dark(#c8451b,#ff8a5c);--own:light-dark(#f1ece4,#292c2f)}
*{box-sizing:border-box}
body{margin:0;height:100dvh;display:flex;flex-direction:column;background:var(--bg);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}
header,main,footer{width:100%;max-width:46rem;margin:0 auto;padding:0 1rem}
header{display:flex;align-items:center;gap:.6rem;height:3.25rem;flex:none}
header b{font-size:1.05rem}
header b::before{content:"";display:inline-block;width:.6rem;height:.6rem;margin-right:.5rem;border-radius:50%;background:var(--dim)}
body[data-state=open] header b::before{background:#3a9d5d}
#state{color:var(--dim);font-size:.85rem;flex:1}
main{flex:1;overflow-y:auto;overscroll-behavior:contain;padding-top:.5rem}
footer{flex:none;padding-bottom:max(1rem,env(safe-area-inset-bottom))}
.m{margin:0 0 1.1rem;white-space:pre-wrap;overflow-wrap:anywhere}
.user{background:var(--own);border-radius:1rem 1rem .25rem 1rem;padding:.55rem .9rem;width:fit-content;max-width:85%;margin-left:auto}
.note{color:var(--dim);font-size:.9rem;border-left:3px solid var(--koi);padding-left:.7rem}
.tool{color:var(--dim);font-size:.85rem;margin:0 0 .5rem}
.tool summary{cursor:pointer;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.tool pre{max-height:16rem;overflow:auto;background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.6rem;
font-size:.8rem;white-space:pre-wrap;overflow-wrap:anywhere}
.m code,.m pre{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.88em;background:var(--own);border-radius:.3rem;padding:.05rem .3rem}
.m pre{margin:.5rem 0;padding:.7rem;overflow:auto;white-space:pre}
.wait::after{content:"\\2026";animation:b 1.2s infinite;color:var(--koi)}
@keyframes b{50%{opacity:.2}}
@media(prefers-reduced-motion:reduce){.wait::after{animation:none}}
form{display:flex;gap:.5rem;align-items:flex-end;background:var(--card);border:1px solid var(--line);border-radius:1.1rem;padding:.45rem}
form:focus-within{border-color:var(--koi)}
textarea,input{flex:1;min-width:0;border:0;outline:0;background:none;color:inherit;font:inherit;padding:.35rem .6rem;resize:none;max-height:10rem}
button{border:0;border-radius:.8rem;min-height:2.5rem;padding:0 1rem;font:inherit;font-weight:600;background:var(--koi);color:light-dark(#fff,#24120a);cursor:pointer}
button.plain{background:none;color:var(--dim);font-weight:400;padding:0 .5rem}
button:focus-visible,summary:focus-visible{outline:2px solid var(--koi);outline-offset:2px}
#gate{max-width:24rem;margin:18vh auto 0;padding:0 1rem;width:100%}
#gate h1{font-size:1.5rem;margin:0 0 .3rem}
#gate p{color:var(--dim);margin:0 0 1rem}
#wrong{color:var(--koi);min-height:1.5em;margin-top:.6rem}
#empty{color:var(--dim);text-align:center;margin-top:18vh}
#chat{display:contents}
[hidden]{display:none!important}
`.trim();
