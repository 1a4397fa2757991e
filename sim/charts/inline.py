"""A chart inside a page: text as text, no styles of its own, names that no other chart of the page has."""

import re
from xml.etree import ElementTree

from sim.charts.chart import Chart

SVG, LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
REFERENCE = re.compile(r"url\(#([^)]+)\)")
FONT = re.compile(r"(?:(?P<weight>\d{3}|bold) )?(?P<size>[\d.]+)px")
PLACES = ("d", "x", "y", "x1", "x2", "y1", "y2", "points", "width", "height")
"""Attributes in which a hundredth of a point is fine enough."""
LARGER = 1.4
"""Dots of a page for each point of a chart."""
NOT_FOR_A_PAGE = (f"{SVG}style", "{http://www.w3.org/2000/svg}metadata")


def inline(chart: Chart, name: str, title: str) -> str:
    """Return a chart as an ``svg`` element for a page that allows no styles inside its elements.

    Parameters
    ----------
    name
        Stands before every id, so that several charts can be in one page.
    title
        What somebody hears who cannot see the chart.
    """
    chart.letters = "none"
    root = ElementTree.fromstring(chart.picture("svg"))
    chart.letters = Chart.letters
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag in NOT_FOR_A_PAGE]:
            parent.remove(child)
    wanted = {found for element in root.iter() for found in references(element)}
    for element in root.iter():
        plain_attributes(element)
        rename(element, f"{name}-", wanted)
    width = float(root.attrib["width"].removesuffix("pt"))
    for given in ("height", "version"):
        root.attrib.pop(given, None)
    root.set("width", f"{LARGER * width:.0f}")
    heading = ElementTree.Element(f"{SVG}title", {"id": f"{name}-title"})
    heading.text = title
    root.insert(0, heading)
    root.attrib |= {"role": "img", "aria-labelledby": f"{name}-title"}
    ElementTree.register_namespace("", SVG.strip("{}"))
    return ElementTree.tostring(root, encoding="unicode")


def chart_title(chart: Chart) -> str:
    """Return the title that a chart has on its sheet, on one line."""
    return " ".join(chart.texts[0].get_text().split())


def references(element: ElementTree.Element) -> list[str]:
    """Return the ids that an element points at."""
    found = [name for value in element.attrib.values() for name in REFERENCE.findall(value)]
    return [*found, *(element.attrib[LINK][1:] for _ in [0] if element.attrib.get(LINK, "").startswith("#"))]


def plain_attributes(element: ElementTree.Element) -> None:
    """Turn an element's style into attributes, and round its coordinates."""
    for part in element.attrib.pop("style", "").split(";"):
        name, _, value = (text.strip() for text in part.partition(":"))
        if name == "font" and (font := FONT.search(value)):
            element.set("font-size", font["size"])
            element.attrib |= {"font-weight": font["weight"]} if font["weight"] else {}
        elif name:
            element.set(name, value)
    for place in PLACES:
        if place in element.attrib:
            element.set(place, LONG_NUMBER.sub(lambda found: f"{float(found[0]):.2f}", element.attrib[place]))


def rename(element: ElementTree.Element, before: str, wanted: set[str]) -> None:
    """Give an element's id and what it points at their names in the page; what nobody points at needs no id."""
    name = element.attrib.pop("id", None)
    if name in wanted:
        element.set("id", before + str(name))
    if LINK in element.attrib:
        link = element.attrib.pop(LINK)
        element.set("href", f"#{before}{link[1:]}" if link.startswith("#") else link)
    for attribute, value in element.attrib.items():
        element.set(attribute, REFERENCE.sub(lambda found: f"url(#{before}{found[1]})", value))
