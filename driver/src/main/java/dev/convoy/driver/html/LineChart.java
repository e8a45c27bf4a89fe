package dev.convoy.driver.html;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Draws series of numbers as lines in one coordinate system, as SVG in the colours of the page. A
 * long series is drawn as the mean of each of some intervals, over a band from their smallest to
 * their largest value.
 */
public final class LineChart {
  private static final int WIDTH = 520;
  private static final int HEIGHT = 250;
  private static final int LEFT = 58;
  private static final int RIGHT = 12;
  private static final int TOP = 12;
  private static final int BOTTOM = 40;

  /** A series with more points is drawn by intervals. */
  private static final int MOST_POINTS = 240;

  private static final int INTERVALS = 120;
  private static final int TICKS = 5;

  /** Name of a horizontal axis that begins at 0. */
  public static final String STEPS = "step";

  private final String title;
  private final String horizontal;
  private final List<Series> all = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();
  private boolean isLogarithmic;
  private boolean fromZero;
  private double highest = Double.NaN;

  /** A vertical line at something that has happened. */
  private record Mark(double x, String text) {}

  /** How a series is drawn. */
  public enum Style {
    LINE,
    /** A line with a dot at every point. */
    DOTS,
    FAINT
  }

  private record Series(String name, int colour, Style style, double[] xs, double[] ys) {}

  /**
   * Creates a chart.
   *
   * @param title what is drawn, with its unit
   * @param horizontal what the horizontal axis is
   */
  public LineChart(String title, String horizontal) {
    this.title = title;
    this.horizontal = horizontal;
  }

  /** Draws values by their logarithms; values that are not above 0 are left out. */
  public LineChart logarithmic() {
    isLogarithmic = true;
    return this;
  }

  /** Lets the vertical axis begin at 0. */
  public LineChart fromZero() {
    fromZero = true;
    return this;
  }

  /** Lets the vertical axis end at a value. */
  public LineChart upTo(double value) {
    highest = value;
    return this;
  }

  /**
   * Adds a series; points that are not finite are left out.
   *
   * @param colour number of a colour of the page, from 0
   * @param xs ascending
   */
  public LineChart add(String name, int colour, Style style, double[] xs, double[] ys) {
    all.add(new Series(name, colour, style, xs, ys));
    return this;
  }

  /** Adds a vertical line. */
  public LineChart mark(double x, String text) {
    marks.add(new Mark(x, text));
    return this;
  }

  /** Whether any series has a point that can be drawn. */
  public boolean hasPoints() {
    return all.stream().anyMatch(series -> !points(series).isEmpty());
  }

  private record Point(double x, double y) {}

  private List<Point> points(Series series) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < series.xs.length; i++) {
      double y = series.ys[i];
      if (Double.isFinite(y) && (!isLogarithmic || y > 0)) {
        points.add(new Point(series.xs[i], isLogarithmic ? Math.log10(y) : y));
      }
    }
    return points;
  }

  /** The range of an axis. */
  private record Range(double from, double to) {
    static Range of(double from, double to) {
      return to > from ? new Range(from, to) : new Range(from - 0.5, from + 0.5);
    }

    double share(double value) {
      return (value - from) / (to - from);
    }
  }

  /** Whether the horizontal axis counts steps, which begin at 0. */
  private boolean isSteps() {
    return horizontal.equals(STEPS);
  }

  /** Writes the chart with its title and legend. */
  public void write(Html html) {
    List<List<Point>> points = all.stream().map(this::points).toList();
    double[] xs = points.stream().flatMap(List::stream).mapToDouble(Point::x).toArray();
    double[] ys = points.stream().flatMap(List::stream).mapToDouble(Point::y).toArray();
    if (xs.length == 0) {
      return;
    }
    Range across = Range.of(isSteps() ? Math.min(0, least(xs)) : least(xs), most(xs));
    Range up = vertical(ys);
    html.element(
            "figure",
            () -> {
              html.element("h3", title);
              html.element(
                  "svg",
                  () -> {
                    axes(html, across, up);
                    for (Mark mark : marks) {
                      if (mark.x >= across.from && mark.x <= across.to) {
                        html.element(
                            "g",
                            () -> {
                              html.element("title", mark.text);
                              line(
                                  html,
                                  "mark",
                                  x(across, mark.x),
                                  TOP,
                                  x(across, mark.x),
                                  bottom());
                            });
                      }
                    }
                    for (int i = 0; i < all.size(); i++) {
                      draw(html, all.get(i), points.get(i), across, up);
                    }
                  },
                  "viewBox",
                  "0 0 " + WIDTH + " " + HEIGHT,
                  "role",
                  "img",
                  "aria-label",
                  title);
              if (all.size() > 1) {
                legend(html);
              }
            },
            "class",
            "chart")
        .line();
  }

  private void legend(Html html) {
    html.element(
        "figcaption",
        () ->
            all.stream()
                .filter(series -> !series.name.isEmpty())
                .forEach(
                    series ->
                        html.element(
                            "span",
                            series.name,
                            "class",
                            "key c" + series.colour + faint(series))));
  }

  private static String faint(Series series) {
    return series.style == Style.FAINT ? " faint" : "";
  }

  private Range vertical(double[] ys) {
    double from = fromZero && !isLogarithmic ? Math.min(0, least(ys)) : least(ys);
    double to = Double.isNaN(highest) ? most(ys) : Math.max(highest, most(ys));
    double room = (to - from) * 0.04;
    return Range.of(
        fromZero && from == 0 ? 0 : from - room, Double.isNaN(highest) ? to + room : to);
  }

  private static double least(double[] values) {
    double least = Double.POSITIVE_INFINITY;
    for (double value : values) {
      least = Math.min(least, value);
    }
    return least;
  }

  private static double most(double[] values) {
    double most = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      most = Math.max(most, value);
    }
    return most;
  }

  private static double x(Range across, double value) {
    return LEFT + across.share(value) * (WIDTH - LEFT - RIGHT);
  }

  private static double y(Range up, double value) {
    return bottom() - up.share(value) * (HEIGHT - TOP - BOTTOM);
  }

  private static double bottom() {
    return HEIGHT - BOTTOM;
  }

  private void axes(Html html, Range across, Range up) {
    for (double tick : isLogarithmic ? logarithmicTicks(up) : ticks(up)) {
      double at = y(up, tick);
      line(html, "grid", LEFT, at, WIDTH - RIGHT, at);
      text(html, LEFT - 7, at + 4, "end", label(isLogarithmic ? Math.pow(10, tick) : tick));
    }
    for (double tick : ticks(across)) {
      text(html, x(across, tick), bottom() + 17, "middle", label(tick));
    }
    text(html, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 5, "middle", horizontal);
  }

  /** Returns round values within a range, at most about {@value #TICKS}. */
  static List<Double> ticks(double from, double to) {
    double raw = (to - from) / TICKS;
    double magnitude = Math.pow(10, Math.floor(Math.log10(raw)));
    double step = magnitude;
    for (double factor : new double[] {1, 2, 5, 10}) {
      step = factor * magnitude;
      if (step >= raw) {
        break;
      }
    }
    List<Double> ticks = new ArrayList<>();
    long first = (long) Math.ceil(from / step - 1e-9);
    for (long i = first; i * step <= to + 1e-9 * step; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  private static List<Double> ticks(Range range) {
    return ticks(range.from, range.to);
  }

  /**
   * Returns the logarithms of round values: 1, 2 and 5 times powers of ten, or the powers alone.
   */
  private static List<Double> logarithmicTicks(Range range) {
    double[] factors = range.to - range.from < 2 ? new double[] {1, 2, 5} : new double[] {1};
    List<Double> ticks = new ArrayList<>();
    for (int power = (int) Math.floor(range.from); power <= range.to; power++) {
      for (double factor : factors) {
        double tick = power + Math.log10(factor);
        if (tick >= range.from && tick <= range.to) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }

  private static String label(double value) {
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-3 || size >= 1e7)) {
      return String.format(Locale.ROOT, "%.0e", value);
    }
    if (size >= 1000 || Math.abs(value - Math.rint(value)) < 1e-9) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, "%.4f", value).replaceFirst("0+$", "");
  }

  private static void draw(Html html, Series series, List<Point> points, Range across, Range up) {
    List<Point> line = points;
    if (points.size() > MOST_POINTS) {
      line = new ArrayList<>();
      List<Point> lower = new ArrayList<>();
      List<Point> upper = new ArrayList<>();
      for (int i = 0; i < INTERVALS; i++) {
        List<Point> some =
            points.subList(
                (int) ((long) i * points.size() / INTERVALS),
                (int) ((i + 1L) * points.size() / INTERVALS));
        double x = some.stream().mapToDouble(Point::x).average().orElseThrow();
        line.add(new Point(x, some.stream().mapToDouble(Point::y).average().orElseThrow()));
        lower.add(new Point(x, some.stream().mapToDouble(Point::y).min().orElseThrow()));
        upper.add(new Point(x, some.stream().mapToDouble(Point::y).max().orElseThrow()));
      }
      Collections.reverse(lower);
      upper.addAll(lower);
      html.empty("path", "class", "band c" + series.colour, "d", path(upper, across, up) + "Z");
    }
    if (line.size() > 1) {
      html.empty(
          "path", "class", "line c" + series.colour + faint(series), "d", path(line, across, up));
    }
    if (series.style == Style.DOTS || points.size() == 1) {
      for (Point point : line) {
        html.empty(
            "circle",
            "class",
            "dot c" + series.colour,
            "cx",
            number(x(across, point.x)),
            "cy",
            number(y(up, point.y)),
            "r",
            "3.5");
      }
    }
  }

  private static String path(List<Point> points, Range across, Range up) {
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      path.append(path.isEmpty() ? 'M' : 'L')
          .append(number(x(across, point.x)))
          .append(' ')
          .append(number(y(up, point.y)));
    }
    return path.toString();
  }

  private static void line(Html html, String css, double x1, double y1, double x2, double y2) {
    html.empty(
        "line",
        "class",
        css,
        "x1",
        number(x1),
        "y1",
        number(y1),
        "x2",
        number(x2),
        "y2",
        number(y2));
  }

  private static void text(Html html, double x, double y, String anchor, String content) {
    html.element("text", content, "x", number(x), "y", number(y), "text-anchor", anchor);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
