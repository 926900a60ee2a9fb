"""Charts as SVG, with nothing but the standard library."""
import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 380
LEFT, RIGHT, TOP, BOTTOM = 80, 20, 46, 56
COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]


class Axis:
    """From numbers to places; with decades where it is logarithmic. It begins at zero, unless all that
    matters is far from there."""

    def __init__(self, values, start, end, is_log, from_zero=True):
        self.is_log, self.start, self.end = is_log, start, end
        low, high = min(values), max(values)
        if is_log:
            positive = [value for value in values if value > 0]
            low, high = math.log10(min(positive)), math.log10(max(positive))
            self.low, self.high = math.floor(low + 1e-9), max(math.ceil(high - 1e-9), math.floor(low) + 1)
        else:
            high = high if high > low else low + 1
            self.low, self.high = min(0, low), high
            if not from_zero and low > high / 2:
                step = self.step(high - low)
                self.low = math.floor(low / step) * step

    def place(self, value):
        if self.is_log:
            value = math.log10(max(value, 10.0 ** self.low))
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self):
        if self.is_log:
            return [10.0 ** power for power in range(int(self.low), int(self.high) + 1)]
        step = self.step(self.high - self.low)
        count = int((self.high - self.low) / step + 1e-9)
        return [self.low + step * number for number in range(count + 1)]

    @staticmethod
    def step(span):
        power = 10.0 ** math.floor(math.log10(span))
        return next(power * part for part in (0.2, 0.5, 1, 2) if span / (power * part) <= 6)


def label(value):
    return f"{value:,.0f}" if value >= 10 or value == round(value) else f"{value:g}"


def chart(title, x_name, y_name, series, log_x=False, log_y=False, steps=False):
    """`series` are (name, [(x, y)]); a point for each where there are few, and a line."""
    points = [point for _, line in series for point in line]
    x = Axis([one for one, _ in points], LEFT, WIDTH - RIGHT, log_x, from_zero=not steps)
    y = Axis([one for _, one in points], HEIGHT - BOTTOM, TOP + 18 * ((len(series) + 1) // 2), log_y)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="12" role="img"><title>{escape(title)}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="22" font-size="15" font-weight="bold">{escape(title)}</text>']
    for tick in x.ticks():
        at = x.place(tick)
        parts.append(f'<path d="M{at:.1f} {y.end:.1f}V{y.start}" stroke="#dddddd"/>'
                     f'<text x="{at:.1f}" y="{y.start + 18}" text-anchor="middle">{label(tick)}</text>')
    for tick in y.ticks():
        at = y.place(tick)
        parts.append(f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/>'
                     f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{label(tick)}</text>')
    for number, (name, line) in enumerate(series):
        parts.append(drawn(name, line, x, y, number, steps))
    middle = (y.start + y.end) / 2
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 14}" text-anchor="middle">'
                 f'{escape(x_name)}</text>'
                 f'<text transform="translate(18 {middle:.1f}) rotate(-90)" text-anchor="middle">'
                 f'{escape(y_name)}</text></svg>')
    return "\n".join(parts) + "\n"


def drawn(name, line, x, y, number, steps):
    color = COLORS[number % len(COLORS)]
    path = ""
    for index, (one, other) in enumerate(line):
        across, up = x.place(one), y.place(other)
        if index and steps:
            path += f"H{across:.1f}V{up:.1f}"
        else:
            path += f"{'L' if index else 'M'}{across:.1f} {up:.1f}"
    dash = ' stroke-dasharray="6 3"' if number % 2 else ""
    part = f'<path d="{path}" fill="none" stroke="{color}" stroke-width="2"{dash}/>'
    if not steps:
        part += "".join(f'<circle cx="{x.place(one):.1f}" cy="{y.place(other):.1f}" r="3" fill="{color}"/>'
                        for one, other in line)
    left, top = LEFT + 330 * (number % 2), 40 + 18 * (number // 2)
    return part + (f'<path d="M{left} {top - 4}h24" stroke="{color}" stroke-width="2"{dash}/>'
                   f'<text x="{left + 30}" y="{top}">{escape(name)}</text>')


def cumulative(values):
    """How large a share is at most so large, in per cent."""
    ordered = sorted(values)
    return [(value, (index + 1) * 100 / len(ordered)) for index, value in enumerate(ordered)]
