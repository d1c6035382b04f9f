// Runs before the framework: says where the server is, so that a deep link does not first ask below its own path, and
// translates the few built-in English texts, and tells the server once whether this browser can draw WebGL, so that the map
// falls back by itself. It changes texts and labels only, never structure.
window.__streamlit = { BACKEND_BASE_URL: window.location.origin, MAIN_PAGE_BASE_URL: window.location.origin };
if (!/(^|; )yjpt_webgl=/.test(document.cookie)) {
  const able = Boolean(document.createElement("canvas").getContext("webgl2"));
  document.cookie = `yjpt_webgl=${able ? 1 : 0}; path=/; SameSite=Strict`;
}
(() => {
  "use strict";
  const exact = new Map(Object.entries({
    "Browse files": "选择文件",
    "Upload": "选择文件",
    "Upload file": "选择文件",
    "Drag and drop file here": "把文件拖到这里",
    "Drag and drop files here": "把文件拖到这里",
    "No results": "没有符合的选项",
    "No options to select.": "没有可选项",
    "Choose an option": "请选择",
    "Choose options": "请选择",
    "Select all": "全选",
    "Search": "搜索",
    "empty": "空",
    "Close": "关闭",
    "Rerun": "刷新",
    "Settings": "设置",
    "Print": "打印",
    "Running...": "正在更新…",
    "Connecting": "正在连接…",
    "Stop": "停止",
    "Fullscreen": "全屏",
    "Close fullscreen": "退出全屏",
    "Download as CSV": "下载 CSV",
    "Show/hide columns": "显示或隐藏列",
    "Copy to clipboard": "复制",
    "Copied": "已复制",
    "View more": "展开更多",
    "View less": "收起",
    "Page not found": "没有这个页面",
    "The page that you have requested does not seem to exist. Running the app's main page.": "您打开的页面不存在，已转到总览。",
    "Press Enter to apply": "按回车键确认",
    "Remove file": "移除文件",
    "Loading...": "正在载入…",
    "Loading": "正在载入",
    "Sort ascending": "升序排列",
    "Sort descending": "降序排列",
    "Autosize": "自动列宽",
    "Pin column": "固定此列",
    "Unpin column": "取消固定",
    "Hide column": "隐藏此列",
    "Format": "格式",
    "Statistics": "统计",
    "Clear all": "全部清除",
    "Clear value": "清除",
    "Clear": "清除",
    "open": "展开",
    "keyboard_double_arrow_left": "keyboard_double_arrow_left",
    "Light": "浅色",
    "Dark": "深色",
    "System": "跟随系统",
    "Use system setting": "跟随系统",
    "Wide mode": "宽屏",
    "Theme": "外观",
    "Record a screencast": "录屏",
  }));
  const patterns = [
    [/^Limit ([\d.]+)\s*([KMG]B) per file(?:\s*[•·]\s*(.*))?$/, (_, size, unit, types) => `每个文件不超过 ${size} ${unit}` + (types ? `，${types}` : "")],
    [/^([\d.]+)\s*([KMG]B) per file(?:\s*[•·]\s*(.*))?$/, (_, size, unit, types) => `每个文件不超过 ${size} ${unit}` + (types ? `，${types}` : "")],
    [/^View (\d+) more$/, (_, count) => `展开其余 ${count} 项`],
    [/^Remove (.+)$/, (_, name) => `移除 ${name}`],
    [/^File must be ([\d.]+)\s*([KMG]B) or smaller\.?$/, (_, size, unit) => `文件不能超过 ${size} ${unit}`],
    [/^(.+) files are not allowed\.?$/, (_, type) => `不接受 ${type} 文件，请选 .xlsx 或 .csv`],
  ];
  const attributes = ["aria-label", "title", "placeholder"];
  const translate = (text) => {
    const plain = text.trim();
    if (!plain || plain.length > 120) return null;
    const known = exact.get(plain);
    if (known !== undefined) return known;
    for (const [pattern, make] of patterns) {
      const match = plain.match(pattern);
      if (match) return make(...match);
    }
    return null;
  };
  const skip = (node) => {
    const parent = node.parentElement;
    return !parent || parent.closest("[data-testid='stIconMaterial'],[data-testid='stCode'],textarea,input,script,style") !== null;
  };
  const visitText = (node) => {
    if (skip(node)) return;
    const text = translate(node.nodeValue || "");
    if (text !== null && text !== node.nodeValue) node.nodeValue = text;
  };
  const visitElement = (element) => {
    for (const name of attributes) {
      const value = element.getAttribute(name);
      const text = value === null ? null : translate(value);
      if (text !== null && text !== value) element.setAttribute(name, text);
    }
  };
  const visit = (root) => {
    if (root.nodeType === Node.TEXT_NODE) { visitText(root); return; }
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    visitElement(root);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.nodeType === Node.TEXT_NODE) visitText(node); else visitElement(node);
    }
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "characterData") visitText(change.target);
      else if (change.type === "attributes") visitElement(change.target);
      else change.addedNodes.forEach(visit);
    }
  }).observe(document.documentElement, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: attributes });
  visit(document.documentElement);
})();
