"""python presidio_peer.py CORPUS: Presidio's pattern recognisers on the same requests (contenders/protocol.ts).

Its models of language cannot be had everywhere, so that a blank pipeline stands in their place: names and places, which it finds by those
models alone, are not found. Each request is one text of lines "name: value", so that its rules about neighbouring words can work.
"""

import base64
import json
import logging
import sys
import time
from urllib.parse import quote, unquote_plus

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine

logging.disable(logging.CRITICAL)


class BlankEngine(SpacyNlpEngine):
    def __init__(self):
        super().__init__(models=[{"lang_code": "en", "model_name": "blank"}])
        self.nlp = {"en": spacy.blank("en")}

    def load(self):
        pass

    def is_loaded(self):
        return True


engine = BlankEngine()
registry = RecognizerRegistry()
registry.load_predefined_recognizers(nlp_engine=engine)
analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])


def leaves(node, name, found):
    if isinstance(node, dict):
        return {key: leaves(value, key, found) for key, value in node.items()}
    if isinstance(node, list):
        return [leaves(value, name, found) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    found.append((name, node))
    return len(found) - 1


def put_back(node, texts):
    if isinstance(node, dict):
        return {key: put_back(value, texts) for key, value in node.items()}
    if isinstance(node, list):
        return [put_back(value, texts) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    return texts[node]


def redact(found):
    """The values with what Presidio reports at score 0.4 or more (its own default of what counts in the demo) replaced."""
    text, starts = "", []
    for name, value in found:
        text += f"{name}: "
        starts.append(len(text))
        text += f"{value}\n"
    results = [result for result in analyzer.analyze(text, "en") if result.score >= 0.4]
    out = []
    for start, (_, value) in zip(starts, found):
        raw = str(value)
        hit = [False] * len(raw)
        for result in results:
            for place in range(max(result.start, start), min(result.end, start + len(raw))):
                hit[place - start] = True
        if not any(hit):
            out.append(value)
            continue
        written, inside = "", False
        for letter, is_hit in zip(raw, hit):
            if is_hit and not inside:
                written += "<REDACTED>"
            elif not is_hit:
                written += letter
            inside = is_hit
        out.append(written)
    return out


def whole(request):
    found = []
    path, _, query = request["target"].partition("?")
    segments = [leaves(unquote_plus(part), "path", found) for part in path.split("/")]
    pairs = [(name, leaves(unquote_plus(value), name, found)) for name, _, value in (pair.partition("=") for pair in query.split("&"))]
    headers = {name: leaves(value, name, found) for name, value in request["headers"]}
    kind = headers and dict(request["headers"]).get("content-type", "")
    text = base64.b64decode(request["body"]).decode()
    form = None
    if "ndjson" in kind:
        body = [leaves(json.loads(line), "body", found) for line in text.splitlines() if line]
    elif "json" in kind:
        body = leaves(json.loads(text), "body", found)
    elif "urlencoded" in kind:
        form = [(name, leaves(unquote_plus(value), unquote_plus(name), found)) for name, _, value in (pair.partition("=") for pair in text.split("&"))]
    else:
        body = leaves(text, "body", found)
    texts = redact(found)
    encode = lambda value: quote(str(value), safe="")
    if form is not None:
        written = "&".join(f"{name}={encode(texts[value])}" for name, value in form)
    elif "ndjson" in kind:
        written = "".join(json.dumps(put_back(line, texts), ensure_ascii=False) + "\n" for line in body)
    elif "json" in kind:
        written = json.dumps(put_back(body, texts), ensure_ascii=False)
    else:
        written = texts[body]
    target = "/".join(encode(texts[value]) for value in segments) + "?" + "&".join(f"{name}={encode(texts[value])}" for name, value in pairs)
    lines = {name: str(texts[value]) for name, value in headers.items()}
    lines["content-type"] = kind
    return {"method": request["method"], "target": target, "headers": lines, "body": base64.b64encode(str(written).encode()).decode()}


with open(sys.argv[1], encoding="utf-8") as file:
    requests = [json.loads(line) for line in file]
for line in sys.stdin:
    turn = json.loads(line)
    before = time.process_time_ns()
    made = [whole(request) for request in requests[turn["from"] : turn["to"]]]
    report = {"requests": turn["to"] - turn["from"], "cpuNanoseconds": time.process_time_ns() - before}
    if turn["outputs"]:
        report["outputs"] = made
    print(json.dumps(report), flush=True)
