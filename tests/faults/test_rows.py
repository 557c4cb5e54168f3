"""Every fault that a project must survive, by name, and the tests that plant it.

A row is covered by tests of this folder, or of a project for several devices: those are in
template/layers/features/distributed/tests, and `nox -s projects` runs them. JSONL lines, boxes
and masks that are broken come with the tasks that have them.
"""

import re
from pathlib import Path

import pytest

from tools import ROOT

ROWS: dict[str, list[str]] = {
    "SIGKILL at any step": [
        "test_killed_at_every_step",
        "test_killed_in_every_forward_pass",
        "test_chains_of_up_to_five_kills",
        "test_a_lost_bit_would_be_seen",
    ],
    "SIGKILL inside a checkpoint write": [
        "test_killed_at_every_write",
        "test_killed_at_every_other_operation",
    ],
    "power loss": [
        "test_what_was_completed_is_found_after_every_power_loss",
        "test_a_resume_after_a_power_loss_ends_with_the_same_bits",
        "test_a_file_under_its_name_was_synchronised_first",
        "test_an_fsync_less_would_be_seen",
    ],
    "SIGTERM, SIGINT": [
        "test_a_signal_at_every_step",
        "test_a_second_signal_ends_at_once",
        "test_a_second_signal_while_the_first_one_saves",
    ],
    "SIGTERM, SIGINT on one rank": ["test_a_signal_to_one_rank_ends_all_with_a_checkpoint"],
    "disk full, I/O error, no permission": [
        "test_one_save_that_fails_costs_nothing_else",
        "test_the_checkpoint_before_stays",
        "test_two_failures_are_forgiven_and_counted_anew",
        "test_a_limit_on_the_size_of_files_is_survived",
        "test_metrics_that_do_not_fit_end_nothing",
    ],
    "truncated or flipped checkpoint": [
        "test_every_bit_flip_is_refused",
        "test_every_truncation_is_refused",
        "test_without_the_list_a_flip_is_refused_or_harmless",
        "test_a_spoilt_list_never_accepts_what_is_spoilt",
        "test_the_one_before_serves_and_none_is_an_error",
        "test_all_bad_is_never_a_fresh_start",
        "test_an_older_checkpoint_goes_on_to_the_same_end",
    ],
    "another architecture's checkpoint": [
        "test_another_architectures_checkpoint_changes_nothing",
        "test_every_key_that_does_not_fit_is_listed",
    ],
    "NaN or Inf loss": [
        "test_a_loss_that_is_not_finite_is_skipped",
        "test_a_skipped_update_is_found_at_the_next_log_point_with_its_samples",
        "test_several_go_back_to_the_checkpoint_at_half_the_rate",
        "test_a_setback_is_killed_and_resumed_at_the_lower_rate",
        "test_what_stays_broken_ends_with_exit_3_and_the_samples",
    ],
    "exploding gradient": [
        "test_an_exploding_gradient_is_clipped_and_its_norm_logged",
        "test_a_gradient_of_no_use_is_skipped",
    ],
    "out of memory at step k": [
        "test_less_memory_sees_the_same_samples_in_the_same_updates",
        "test_half_the_memory_ends_within_a_millionth",
        "test_a_smaller_part_is_killed_and_resumed_to_the_same_bits",
        "test_one_sample_that_does_not_fit_ends_with_exit_3",
    ],
    "out of memory in validation": ["test_less_memory_in_validation_changes_no_metric"],
    "NaN or Inf loss on one rank": [
        "test_a_bad_batch_on_one_rank_is_skipped_by_all",
        "test_several_bad_batches_take_all_back",
    ],
    "out of memory on one rank": [
        "test_out_of_memory_on_one_rank_shrinks_the_parts_of_all",
        "test_ranks_that_run_out_of_memory_at_once_all_say_so",
        "test_out_of_memory_in_validation_leaves_its_metrics",
    ],
    "corrupted image, CSV row": [
        "test_a_broken_image_is_set_aside_and_the_run_repeats",
        "test_too_many_broken_images_end_with_exit_2",
        "test_broken_rows_are_set_aside",
    ],
    "empty data set, class or split": ["test_empty_data_a_class_and_a_split_are_refused"],
    "worker killed": ["test_a_worker_that_is_killed_loses_no_sample"],
    "worker hangs": ["test_a_worker_that_hangs_is_an_error_that_names_the_setting"],
    "slow storage": [
        "test_updates_go_on_while_a_write_is_under_way",
        "test_a_slow_write_is_waited_for_at_the_end",
        "test_a_slow_write_is_waited_for_after_a_signal",
    ],
    "missing path, no permission": [
        "test_a_missing_path_is_named",
        "test_a_closed_folder_is_named",
        "test_a_file_in_the_place_of_the_folder_is_named",
    ],
    "label out of range, shape mismatch, (8, 1) against (8,)": [
        "test_targets_of_another_form_are_refused_before_the_first_update",
    ],
    "a rank dies under torchrun": [
        "test_a_rank_that_dies_changes_no_bit",
        "test_torchrun_starts_all_again_where_one_died",
    ],
    "ranks with unequal data": [
        "test_two_ranks_make_the_run_of_one",
        "test_shards_move_as_copies_do",
        "test_too_few_samples_for_the_ranks_are_refused",
        "test_a_frozen_backbone_holds_nobody_up",
        "test_one_process_has_nothing_to_shard",
    ],
    "another world size on resume": ["test_other_ranks_go_on_and_see_each_sample_once_an_epoch"],
    "clock, seed or configuration changed": [
        "test_the_clock_decides_nothing",
        "test_another_seed_is_refused_unless_said",
        "test_what_changes_no_number_may_change",
    ],
    "a piece of state left out of the checkpoint": [
        "test_with_all_pieces_nothing_differs",
        "test_a_part_that_is_left_out_is_noticed",
        "test_random_numbers_that_are_left_out_are_noticed",
        "test_progress_that_is_left_out_is_noticed",
        "test_logs_that_are_not_cut_are_noticed",
    ],
    "the best stays the best, an epoch's end is resumed once": [
        "test_killed_at_every_step",
        "test_the_best_stays_the_best",
    ],
    "leak": ["test_nothing_piles_up", "test_a_planted_leak_is_seen"],
    "commands": [
        "test_verify_list_and_show",
        "test_what_is_spoilt_is_named",
        "test_nothing_there_is_an_error",
        "test_the_list_is_one_that_other_programs_check",
    ],
}


RANKS = ROOT / "template/layers/features/distributed/tests/test_distributed.py"


def functions() -> set[str]:
    """Return the names of all tests of this folder, and of those of several ranks."""
    paths = {RANKS, *Path(__file__).parent.glob("test_*.py")} - {Path(__file__)}
    return {name for path in paths for name in re.findall(r"(?m)^def (test_\w+)", path.read_text())}


@pytest.mark.parametrize("row", ROWS)
def test_each_row_has_tests_that_are_there(row: str) -> None:
    assert ROWS[row]
    assert set(ROWS[row]) <= functions()


def test_each_test_belongs_to_a_row() -> None:
    listed = {name for tests in ROWS.values() for name in tests}
    assert functions() - listed == set()
