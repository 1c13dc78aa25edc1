package dev.rapid.templates.language;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.ScalarNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Functions of lists. */
final class ListFunctions {

  private static final Pattern IPV4_BLOCK =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");
  private static final int MOST_BLOCKS = 256;

  private ListFunctions() {}

  static Node select(Call call) throws UnresolvedException {
    String form = "[index, list]";
    List<Node> arguments = call.arguments(2, 2, form);
    int index =
        integer(call.text(arguments.get(0), form))
            .orElseThrow(() -> call.takes("a number as its index", arguments.get(0)));
    List<Node> items = call.items(arguments.get(1), form);
    if (index >= items.size()) {
      throw call.unknown(
          "!Select asks for item " + index + ", counted from 0, of a list of " + items.size());
    }
    return items.get(index);
  }

  static Node length(Call call) throws UnresolvedException {
    return ScalarNode.of(call.position(), call.items(call.argument(), "a list").size());
  }

  /** Gives three zones for each region, whatever it has in the cloud. */
  static Node zones(Call call) throws UnresolvedException {
    String given = call.text(call.argument(), "a region, or an empty text");
    String region = given.isEmpty() ? call.evaluator().references().deployment().region() : given;
    return texts(call.position(), Stream.of("a", "b", "c").map(region::concat));
  }

  static Node cidr(Call call) throws UnresolvedException {
    String form = "[block, count, bits]";
    List<Node> arguments = new ArrayList<>(call.arguments(2, 3, form));
    Matcher block = IPV4_BLOCK.matcher(call.text(arguments.get(0), form));
    int count = integer(call.text(arguments.get(1), form)).orElse(0);
    int bits = arguments.size() == 2 ? 8 : integer(call.text(arguments.get(2), form)).orElse(0);
    if (!block.matches()) {
      throw call.unknown("!Cidr is known here for blocks such as 10.0.0.0/16 only");
    }
    int prefix = 32 - bits;
    int given = Integer.parseInt(block.group(5));
    if (count < 1
        || count > MOST_BLOCKS
        || bits < 1
        || prefix < given
        || given > 32
        || count > 1L << (prefix - given)) {
      throw call.unknown(
          "!Cidr cannot make " + count + " blocks with " + bits + " bits of this one");
    }
    long mask = -1L << (32 - given);
    long first = address(block) & mask;
    return texts(
        call.position(),
        LongStream.range(0, count).mapToObj(i -> written(first + (i << bits)) + "/" + prefix));
  }

  private static long address(Matcher block) {
    long address = 0;
    for (int part = 1; part <= 4; part++) {
      address = (address << 8) | (Integer.parseInt(block.group(part)) & 0xff);
    }
    return address;
  }

  private static String written(long address) {
    return (address >> 24 & 0xff)
        + "."
        + (address >> 16 & 0xff)
        + "."
        + (address >> 8 & 0xff)
        + "."
        + (address & 0xff);
  }

  private static ListNode texts(Position position, Stream<String> texts) {
    return new ListNode(
        position, texts.map(text -> (Node) ScalarNode.text(position, text)).toList());
  }

  private static OptionalInt integer(String text) {
    return text.matches("[0-9]{1,9}")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }
}
