// On the page of a moved document: follow the anchor that was asked for to its new address.
const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
const link = row && row.querySelector("a[href]");
if (link) location.replace(link.href);
