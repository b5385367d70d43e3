// 看板图示: the trend and the funnel of the board, drawn from the numbers of its tables. The page is whole without it.
"use strict";

let drawn = [];

function style(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function inks() {
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.85;
  return { color: style("--ink"), fontSize: size, fontFamily: getComputedStyle(document.body).fontFamily };
}

const PLAIN = { animation: false, aria: { enabled: true, label: { enabled: false }, decal: { show: true } } };
const MARKS = ["circle", "triangle"];
const LINES = ["solid", "dashed"];

function trend(told) {
  const text = inks();
  const colours = ["#b9cbe6", style("--link"), style("--amber"), style("--green")];
  const series = told.trend.map((data, place) => {
    const named = { name: told.stages[place], data, color: colours[place] };
    if (place < 2) return { ...named, type: "bar", barGap: 0 };
    const line = place - 2;
    return { ...named, type: "line", symbol: MARKS[line], symbolSize: 9, lineStyle: { type: LINES[line], width: 2.5 } };
  });
  return {
    ...PLAIN, textStyle: text, series,
    legend: { top: 0, textStyle: text, itemGap: 16 },
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, textStyle: text },
    grid: { left: 4, right: 12, top: 4.5 * text.fontSize, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: told.months, axisLabel: { ...text, hideOverlap: true } },
    yAxis: { type: "value", minInterval: 1, axisLabel: text },
  };
}

function funnel(told) {
  const text = inks();
  const share = (place) => (told.shares[place] === null ? "" : ` · ${told.shares[place]}%`);
  const widths = told.funnel.map((each, place) => told.shares[place] ?? (each ? 100 : 0));
  const label = { show: true, position: "top", distance: 2, ...text, formatter: ({ dataIndex }) => `${told.stages[dataIndex]} ${told.funnel[dataIndex]}${share(dataIndex)}` };
  return {
    ...PLAIN, aria: { enabled: false }, textStyle: text,
    grid: { left: 0, right: 0, top: 1.6 * text.fontSize, bottom: 0 },
    xAxis: { type: "value", max: 100, show: false },
    yAxis: { type: "category", data: told.stages, inverse: true, show: false },
    series: [
      { type: "bar", stack: "stage", silent: true, itemStyle: { color: "transparent" }, barWidth: "45%", data: widths.map((each) => (100 - each) / 2) },
      { type: "bar", stack: "stage", silent: true, barMinHeight: 2, color: style("--link"), data: widths, label },
    ],
  };
}

function draw() {
  drawn.forEach((chart) => chart.dispose());
  const told = JSON.parse(document.getElementById("board-data").textContent);
  drawn = Object.entries({ trend, funnel }).map(([name, option]) => {
    const place = document.getElementById(name);
    place.hidden = false;
    const chart = echarts.init(place, null, { renderer: "svg" });
    chart.setOption(option(told));
    return chart;
  });
}

draw();
document.body.addEventListener("htmx:afterSwap", draw);
window.addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));
