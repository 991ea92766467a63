package sallyport.bastion.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sallyport.admin.Inert;

/** One thing with its properties, a line each, labels aligned. Values are made inert here and never cut. */
final class Card {

    private record Line(String label, String value) {}

    private final List<Line> lines = new ArrayList<>();

    /** Adds a line, unless there is nothing to say. */
    Card line(String label, String value) {
        if (!value.isEmpty()) {
            lines.add(new Line(label, Inert.of(value)));
        }
        return this;
    }

    /** Adds a line if there is a value. */
    Card line(String label, Optional<?> value) {
        value.ifPresent(v -> line(label, v.toString()));
        return this;
    }

    List<String> lines() {
        int width = lines.stream().mapToInt(l -> l.label().length()).max().orElse(0);
        return lines.stream()
                .map(l -> Printable.pad(l.label(), width) + "  " + l.value())
                .toList();
    }
}
