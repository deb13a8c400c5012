"""Quality on labelled data: extraction, coding and stories; ``benchmarks`` measure speed alone."""
