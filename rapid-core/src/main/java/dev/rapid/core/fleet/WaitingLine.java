package dev.rapid.core.fleet;

import dev.rapid.core.invocation.Invocation;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The invocations that wait, the oldest first. Immutable: a longer or shorter line is a new one,
 * which shares its elements with the old one.
 *
 * <p>To add at the end and to take the first costs a constant time on average; {@link #iterator}
 * and {@link #without} take time in proportion to the length.
 */
final class WaitingLine implements Iterable<Invocation> {

  static final WaitingLine EMPTY = new WaitingLine(null, null, 0);

  /** The oldest, in order; null only if the line is empty. */
  private final @Nullable Link front;

  /** The newest, in reverse order. */
  private final @Nullable Link back;

  private final int size;

  private record Link(Invocation invocation, long sinceNanos, @Nullable Link next) {}

  private WaitingLine(@Nullable Link front, @Nullable Link back, int size) {
    this.front = front;
    this.back = back;
    this.size = size;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /**
   * Returns the oldest.
   *
   * @throws NoSuchElementException if none waits
   */
  Invocation first() {
    if (front == null) {
      throw new NoSuchElementException("No invocation waits");
    }
    return front.invocation;
  }

  /**
   * Returns the newest.
   *
   * @throws NoSuchElementException if none waits
   */
  Invocation last() {
    if (back != null) {
      return back.invocation;
    }
    Link last = front;
    while (last != null && last.next != null) {
      last = last.next;
    }
    if (last == null) {
      throw new NoSuchElementException("No invocation waits");
    }
    return last.invocation;
  }

  /** Returns the line with one more at its end, which waits since {@code nowNanos}. */
  WaitingLine with(Invocation invocation, long nowNanos) {
    return front == null
        ? new WaitingLine(new Link(invocation, nowNanos, null), null, 1)
        : new WaitingLine(front, new Link(invocation, nowNanos, back), size + 1);
  }

  /**
   * Returns since when one waits.
   *
   * @param place 0 for the oldest
   */
  long sinceNanos(int place) {
    Link link = front;
    int skip = place;
    while (link != null && skip > 0) {
      link = link.next;
      skip--;
    }
    if (link == null) {
      link = back;
      for (int i = size - 1; i > place && link != null; i--) {
        link = link.next;
      }
    }
    if (link == null) {
      throw new NoSuchElementException("Only " + size + " invocations wait");
    }
    return link.sinceNanos;
  }

  /** Returns the line without one invocation; this line if it is not in it. */
  @SuppressWarnings("ReferenceEquality") // Callers choose ids, so that two may be equal.
  WaitingLine without(Invocation invocation) {
    if (front != null && front.invocation == invocation) {
      return front.next != null
          ? new WaitingLine(front.next, back, size - 1)
          : new WaitingLine(reversed(back), null, size - 1);
    }
    int place = 0;
    for (Invocation each : this) {
      if (each == invocation) {
        return without(place, place + 1);
      }
      place++;
    }
    return this;
  }

  /**
   * Returns the line without a part of it.
   *
   * @param from the place of the first one to leave, 0 for the oldest
   * @param to the place behind the last one to leave
   */
  WaitingLine without(int from, int to) {
    Link links = null;
    int place = size;
    for (Link each = back; each != null; each = each.next) {
      place--;
      if (place < from || place >= to) {
        links = new Link(each.invocation, each.sinceNanos, links);
      }
    }
    List<Link> older = new ArrayList<>(place);
    for (Link each = front; each != null; each = each.next) {
      older.add(each);
    }
    for (int i = older.size() - 1; i >= 0; i--) {
      if (i < from || i >= to) {
        Link each = older.get(i);
        links = new Link(each.invocation, each.sinceNanos, links);
      }
    }
    return new WaitingLine(links, null, size - (to - from));
  }

  private static @Nullable Link reversed(@Nullable Link links) {
    Link result = null;
    for (Link each = links; each != null; each = each.next) {
      result = new Link(each.invocation, each.sinceNanos, result);
    }
    return result;
  }

  @Override
  public Iterator<Invocation> iterator() {
    return new Iterator<>() {

      private @Nullable Link next = front;
      private boolean inBack;

      @Override
      public boolean hasNext() {
        if (next == null && !inBack) {
          inBack = true;
          next = reversed(back);
        }
        return next != null;
      }

      @Override
      public Invocation next() {
        if (!hasNext() || next == null) {
          throw new NoSuchElementException("No invocation waits");
        }
        Invocation invocation = next.invocation;
        next = next.next;
        return invocation;
      }
    };
  }

  @Override
  public String toString() {
    return size + " waiting";
  }
}
