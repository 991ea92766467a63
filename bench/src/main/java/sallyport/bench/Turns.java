package sallyport.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Who is first changes from round to round, so that nobody always follows the same neighbour. */
final class Turns {

    private Turns() {}

    static <T> List<T> of(List<T> rows, int round) {
        List<T> turned = new ArrayList<>(rows);
        Collections.rotate(turned, round);
        return round % 2 == 0 ? turned : turned.reversed();
    }
}
