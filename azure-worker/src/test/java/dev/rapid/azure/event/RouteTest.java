package dev.rapid.azure.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rapid.azure.app.AppFunction;
import dev.rapid.azure.app.Binding;
import dev.rapid.azure.app.Binding.DataType;
import dev.rapid.azure.app.Binding.Direction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes of HTTP triggers. */
final class RouteTest {

  private static Route route(String template) {
    Binding trigger =
        new Binding(
            "req",
            "httpTrigger",
            Direction.IN,
            DataType.UNDEFINED,
            JsonNodeFactory.instance.objectNode().put("route", template));
    return Route.of(
        new AppFunction("id", "hello", "", "", "", List.of(trigger), Map.of(), false, null, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "items/{id}              | /api/items/7           | {id=7}",
        "items/{id}              | /api/items/7/          | {id=7}",
        "items/{id}              | /API/Items/7           | {id=7}",
        "items/{id}              | /items/7               | {id=7}",
        "/items/{id}             | /api/items/a%20b%2Fc   | {id=a b/c}",
        "items/{id}              | /api/items             | {}",
        "items/{id}              | /api/items/7/8         | {}",
        "items/{id}              | /api/other/7           | {}",
        "items/{id?}             | /api/items             | {}",
        "items/{id?}             | /api/items/7           | {id=7}",
        "items/{id:int}          | /api/items/-7          | {id=-7}",
        "items/{id:int}          | /api/items/x           | {}",
        "items/{id:int?}         | /api/items             | {}",
        "items/{id:int?}         | /api/items/7           | {id=7}",
        "items/{id:guid}         | /api/items/5f0f6a52-6d3b-4c0e-9a55-2f1c7b1d9c11 |"
            + " {id=5f0f6a52-6d3b-4c0e-9a55-2f1c7b1d9c11}",
        "items/{id:alpha}        | /api/items/ab          | {id=ab}",
        "items/{id:alpha}        | /api/items/a1          | {}",
        "items/{id:minlength(2)} | /api/items/a1          | {id=a1}",
        "items/{id:regex(^a{2}$)}| /api/items/aa          | {id=aa}",
        "items/{id=5}            | /api/items             | {id=5}",
        "items/{id=5}            | /api/items/6           | {id=6}",
        "{a}/{b?}                | /api/x                 | {a=x}",
        "{a}/{b?}                | /api/x/y               | {a=x, b=y}",
        "files/{name}.{ext}      | /api/files/a.b.txt     | {name=a.b, ext=txt}",
        "files/{*rest}           | /api/files/a/b%20c     | {rest=a/b c}",
        "files/{**rest}          | /api/files             | {}",
        "{*rest}                 | /api/a/b               | {rest=a/b}",
        "a b/{id}                | /api/a%20b/7           | {id=7}",
        "a+b(c/{id}              | /api/a+b(c/7           | {id=7}",
        "-                       | /api/hello             | {}",
      })
  void parameters_are_parts_of_the_path(String template, String path, String parameters) {
    assertThat(route(template == null ? "" : template).parametersOf(path)).hasToString(parameters);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "items/{id}/{part?} | /api/items/7",
        "items/{*id}        | /api/items/7",
        "{other}/x          | /api/x",
        "/items             | /api/items",
      })
  void a_path_is_made_of_the_parameters_that_are_given(String template, String path) {
    assertThat(route(template).pathWith(Map.of("id", "7"))).isEqualTo(path);
  }

  @Test
  void a_function_without_a_route_has_its_name() {
    assertThat(route("").pathWith(Map.of())).isEqualTo("/api/hello");
  }
}
