"""Pages of mails that want to run, to load, to send or to move something. Each names the trap."""

from __future__ import annotations

TRAP = "http://trap.example/"
_RUN = f"new Image().src='{TRAP}run';document.title='owned';top.location='{TRAP}top'"
HOSTILE = {
    "script": f"<script>{_RUN}</script>",
    "script from elsewhere": f"<script src={TRAP}s.js></script>",
    "onerror": f'<img src=x: onerror="{_RUN}">',
    "onload": f'<body onload="{_RUN}">',
    "svg onload": f'<svg onload="{_RUN}"></svg>',
    "svg script": f"<svg><script>{_RUN}</script></svg>",
    "details": f'<details open ontoggle="{_RUN}">x</details>',
    "autofocus": f'<input autofocus onfocus="{_RUN}">',
    "video": f'<video autoplay onerror="{_RUN}"><source src={TRAP}v></video>',
    "frame": f"<iframe src={TRAP}frame></iframe>",
    "frame of script": f'<iframe src="javascript:{_RUN}"></iframe>',
    "srcdoc": f'<iframe srcdoc="<script>{_RUN}</script>"></iframe>',
    "object": f"<object data={TRAP}o></object>",
    "embed": f"<embed src={TRAP}e>",
    "refresh": f'<meta http-equiv="refresh" content="0;url={TRAP}refresh">',
    "refresh of script": f'<meta http-equiv="refresh" content="0;url=javascript:{_RUN}">',
    "base": f'<base href="{TRAP}"><img src=based.png>',
    "form": f'<form action={TRAP}form id=f></form><script>f.submit()</script><body onload="f.submit()">',
    "picture": f"<img src={TRAP}pixel.gif>",
    "pictures": f'<img srcset="{TRAP}set.gif 1x">',
    "picture of a style": f'<p style="background:url({TRAP}bg)">x</p>',
    "style": f"<style>@import url({TRAP}i.css);body{{background:url({TRAP}b)}}</style>x",
    "escaped style": f"<p style='background:\\75rl({TRAP}esc)'>x</p>",
    "font": f"<style>@font-face{{font-family:f;src:url({TRAP}f.woff)}}p{{font-family:f}}</style><p>x</p>",
    "style from elsewhere": f"<link rel=stylesheet href={TRAP}l.css>",
    "preload": f"<link rel=preload as=image href={TRAP}p><link rel=prefetch href={TRAP}pf>",
    "preconnect": f"<link rel=preconnect href={TRAP}><link rel=dns-prefetch href=//trap.example>",
    "icon": f"<link rel=icon href={TRAP}icon>",
    "old background": f"<table background={TRAP}tb><tr><td background={TRAP}td>x</table>",
    "math": f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=\"{_RUN}\"&gt;'>",
    "noscript": f'<noscript><p title="</noscript><img src=x: onerror={_RUN.replace(" ", "/**/")}>"></noscript>',
    "half a tag": f'<div<img src=x: onerror="{_RUN}">>',
    "links that run": f'<a href="jav&#x09;ascript:{_RUN}" ping={TRAP}ping id=a>x</a><area href="{TRAP}">',
    "template": f"<template shadowrootmode=open><img src={TRAP}shadow></template>",
}
