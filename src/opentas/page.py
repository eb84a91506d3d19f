"""``/``: a plain page that says what runs, in Chinese and English."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentas.product import Part, Product

_STYLE = """
body{font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:52rem;
margin:3rem auto;padding:0 1rem;color:#1c2733}
h1{font-size:1.6rem;margin-bottom:.2rem}table{border-collapse:collapse;width:100%;margin:1.5rem 0}
td,th{text-align:left;padding:.5rem .6rem;border-bottom:1px solid #d7dee5;vertical-align:top}
code,pre{font:14px/1.5 ui-monospace,Consolas,monospace;background:#f1f4f7;border-radius:4px}
code{padding:.1rem .3rem}pre{padding:.8rem;overflow-x:auto}small{color:#5a6a78}
@media(prefers-color-scheme:dark){body{background:#12181e;color:#dbe4ec}td,th{border-color:#2d3a46}
code,pre{background:#1d2731}a{color:#7db7ff}small{color:#93a3b1}}
"""


def page(product: Product, base: str) -> str:
    """The page; ``base`` is the address under which the browser reached it."""
    rows = "\n".join(_row(part) for part in product.parts)
    transport = "Kafka" if product.kafka else "直连 · direct"
    return f"""<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>OpenTAS</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style></head>
<body><h1>OpenTAS</h1>
<p>解决方案销售的事件溯源后端：线索、商机、TAS 审批与指标。<br>
<small>The event-sourced backend of solution selling: leads, opportunities, TAS approvals,
metrics.</small></p>
<table><thead><tr><th>服务 · Service</th><th>接口文档 · API</th></tr></thead>
<tbody>
{rows}
</tbody></table>
<p>状态 · Status: <a href="/readyz">/readyz</a> · <a href="/livez">/livez</a> ·
<a href="/metrics">/metrics</a> &nbsp; 传输 · Transport: {transport}</p>
<p>获取令牌并调用 · Get a token and call:</p>
<pre>TOKEN=$(.venv/bin/opentas token --user admin)
curl -H "Authorization: Bearer $TOKEN" {escape(base)}/v1/leads</pre>
</body></html>
"""


def _row(part: Part) -> str:
    name = escape(part.service.name)
    return (
        f"<tr><td>{escape(part.service.title_zh)}<br><small>{escape(part.service.title)}</small>"
        f'</td><td><a href="/{name}/docs">/{name}/docs</a><br>'
        f'<a href="/{name}/openapi.json"><small>openapi.json</small></a></td></tr>'
    )
