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

  private record Link(Invocation invocation, @Nullable Link next) {}

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

  /** Returns the line with one more at its end. */
  WaitingLine with(Invocation invocation) {
    return front == null
        ? new WaitingLine(new Link(invocation, null), null, 1)
        : new WaitingLine(front, new Link(invocation, back), size + 1);
  }

  /** Returns the line without one invocation; this line if it is not in it. */
  @SuppressWarnings("ReferenceEquality") // Callers choose ids, so that two may be equal.
  WaitingLine without(Invocation invocation) {
    if (front != null && front.invocation == invocation) {
      return front.next != null
          ? new WaitingLine(front.next, back, size - 1)
          : new WaitingLine(reversed(back), null, size - 1);
    }
    List<Invocation> left = new ArrayList<>(size);
    for (Invocation each : this) {
      if (each != invocation) {
        left.add(each);
      }
    }
    if (left.size() == size) {
      return this;
    }
    Link links = null;
    for (int i = left.size() - 1; i >= 0; i--) {
      links = new Link(left.get(i), links);
    }
    return new WaitingLine(links, null, left.size());
  }

  private static @Nullable Link reversed(@Nullable Link links) {
    Link result = null;
    for (Link each = links; each != null; each = each.next) {
      result = new Link(each.invocation, result);
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
