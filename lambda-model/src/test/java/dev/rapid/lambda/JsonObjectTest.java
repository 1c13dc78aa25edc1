package dev.rapid.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonObjectTest {

  @Test
  void members_are_in_the_order_in_which_they_were_put() {
    JsonObject object =
        new JsonObject()
            .put("b", "1")
            .put("a", -2)
            .put("none", (String) null)
            .put("inner", new JsonObject().put("x", "y"))
            .put("empty", new JsonObject());

    assertThat(object.toString())
        .isEqualTo("{\"b\":\"1\",\"a\":-2,\"none\":null,\"inner\":{\"x\":\"y\"},\"empty\":{}}");
  }

  @Test
  void arrays_hold_strings_or_objects_or_are_null() {
    JsonObject object =
        new JsonObject()
            .putStrings("s", List.of("<", "b"))
            .putObjects("o", List.of(new JsonObject(), new JsonObject().put("k", 1)))
            .putStrings("none", null)
            .putObjects("nothing", null)
            .putStrings("e", List.of());

    assertThat(object.toString())
        .isEqualTo(
            "{\"s\":[\"\\u003c\",\"b\"],\"o\":[{},{\"k\":1}],\"none\":null,\"nothing\":null,\"e\":[]}");
  }

  @Test
  void a_tree_of_maps_and_lists_becomes_objects_and_arrays() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("text", "\"");
    tree.put("whole", 7);
    tree.put("fraction", 0.25);
    tree.put("truth", true);
    tree.put("none", null);
    tree.put("list", List.of("a", List.of(), Map.of("k", 1L)));

    assertThat(new JsonObject().put("before", 1).putAll(tree).toString())
        .isEqualTo(
            "{\"before\":1,\"text\":\"\\\"\",\"whole\":7,\"fraction\":0.25,\"truth\":true,"
                + "\"none\":null,\"list\":[\"a\",[],{\"k\":1}]}");
  }

  @Test
  void a_value_that_json_does_not_have_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new JsonObject().putAll(Map.of("when", new Object())))
        .withMessage("JSON has no java.lang.Object");
  }

  @Test
  void bytes_and_line_differ_in_the_end_of_the_line() {
    JsonObject object = new JsonObject(JsonEscapes.REQUIRED).put("<", "\u00e9");

    assertThat(new String(object.bytes(), UTF_8)).isEqualTo("{\"<\":\"\u00e9\"}");
    assertThat(new String(object.line(), UTF_8)).isEqualTo("{\"<\":\"\u00e9\"}\n");
  }
}
