package dev.rapid.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who may have memory when the callers' bodies have filled it. */
class PayloadBudgetTest {

  private final PayloadMemory memory = new PayloadMemory(1000);

  @Test
  void a_body_over_the_budget_gets_none() {
    assertThat(memory.reserve(1000)).isTrue();

    assertThat(memory.reserve(1)).isFalse();

    assertThat(memory.usedBytes()).isEqualTo(1000);
  }

  @Test
  void a_body_without_a_budget_always_gets_its_memory() {
    assertThat(memory.reserve(1000)).isTrue();

    assertThat(memory.withoutBudget().reserve(5000)).isTrue();

    assertThat(memory.usedBytes()).isEqualTo(6000);
  }

  @Test
  void a_body_without_a_budget_counts_against_that_of_the_others() {
    assertThat(memory.withoutBudget().reserve(600)).isTrue();

    assertThat(memory.reserve(600)).isFalse();
  }
}
