// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import java.util.List;
import org.popbeforesmtp.usage.DayUsage;

/** Users per day as bars in an inline SVG, which takes the page's colours. */
final class UsageChart {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 200;
    private static final int LEFT = 44;
    private static final int BOTTOM = 170;
    private static final int TOP = 10;

    private UsageChart() {}

    static String of(List<DayUsage> days) {
        long most = Math.max(1, days.stream().mapToLong(DayUsage::users).max().orElse(1));
        StringBuilder svg = new StringBuilder();
        svg.append("<svg viewBox=\"0 0 ")
                .append(WIDTH + " " + HEIGHT)
                .append(
                        "\" role=\"img\" aria-labelledby=\"chart-title\"><title id=\"chart-title\">Users who relayed on a"
                                + " grant, for each day; the table below the chart has the figures</title>");
        line(svg, most, most);
        if (most > 1) {
            line(svg, most / 2, most);
        }
        line(svg, 0, most);
        double step = (double) (WIDTH - LEFT) / Math.max(1, days.size());
        for (int i = 0; i < days.size(); i++) {
            bar(svg, LEFT + i * step, step, days.get(i), most);
        }
        if (!days.isEmpty()) {
            text(svg, LEFT, HEIGHT - 10, "start", days.get(0).day().toString());
            text(svg, WIDTH, HEIGHT - 10, "end", days.get(days.size() - 1).day().toString());
        }
        return svg.append("</svg>").toString();
    }

    private static void line(StringBuilder svg, long users, long most) {
        double y = y(users, most);
        svg.append("<line x1=\"" + LEFT + "\" x2=\"" + WIDTH + "\" y1=\"" + y + "\" y2=\"" + y + "\"/>");
        text(svg, LEFT - 6, y + 4, "end", "" + users);
    }

    private static void bar(StringBuilder svg, double x, double step, DayUsage day, long most) {
        double y = y(day.users(), most);
        svg.append("<rect x=\"" + (x + step * 0.1) + "\" y=\"" + y + "\" width=\"" + step * 0.8 + "\" height=\""
                + (BOTTOM - y) + "\"><title>" + day.day() + ": " + day.users() + "</title></rect>");
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String words) {
        svg.append("<text x=\"" + x + "\" y=\"" + y + "\" text-anchor=\"" + anchor + "\">" + words + "</text>");
    }

    private static double y(long users, long most) {
        return BOTTOM - (double) (BOTTOM - TOP) * users / most;
    }
}
