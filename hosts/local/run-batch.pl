# Runs programs one after the other and prints, for each, "exit-code signal cpu-nanoseconds resident-kilobytes wall-nanoseconds".
# Standard input has one line per run: words, each percent-encoded behind "=": input file, output file, LLVM_PROFILE_FILE
# (empty: none), number of files that it writes, each of these with the path that it is moved to after the run (empty: it is
# removed), program, arguments. Arguments of this script: the numbers of the system calls wait4, prctl and clock_gettime, or 0 0 0.
# wait4 gives the kernel's exact account (microseconds) of a run and of all children that it waited for; without its number
# perl's times is used, in clock ticks; without clock_gettime's, the wall time is 0.
use strict;
use warnings;
use File::Path 'remove_tree';

my ($wait4, $prctl, $clock_gettime) = map { $_ + 0 } @ARGV;
$| = 1;

sub run_one {
    my ($input, $output, $profile, @words) = @_;
    syscall($prctl, 1, 9) if $prctl;    # PR_SET_PDEATHSIG, SIGKILL
    open(STDIN,  '<', $input)  or do { print STDERR "cannot read $input: $!\n";   exit 126 };
    open(STDOUT, '>', $output) or do { print STDERR "cannot write $output: $!\n"; exit 126 };
    $ENV{LLVM_PROFILE_FILE} = $profile if length $profile;
    exec { $words[0] } @words;
    print STDERR "cannot run $words[0]: $!\n";
    exit 127;
}

sub wall_nanoseconds {
    return 0 if !$clock_gettime;
    my $time = "\0" x 16;
    die "cannot read the clock: $!\n" if syscall($clock_gettime, 1, $time) != 0;    # CLOCK_MONOTONIC
    my ($seconds, $nanoseconds) = unpack 'q2', $time;
    return $seconds * 1_000_000_000 + $nanoseconds;
}

sub child_seconds { my @times = times; return $times[2] + $times[3] }

while (my $line = <STDIN>) {
    chomp $line;
    my @words = map { my $word = substr($_, 1); $word =~ s/%([0-9A-F]{2})/chr hex $1/ge; $word } split / /, $line;
    my ($input, $output, $profile, $count) = splice @words, 0, 4;
    my @files = splice @words, 0, 2 * $count;
    my %written = @files;
    # What an earlier run left, here or where it was moved to, would pass for this one's.
    remove_tree($_) for grep { length } @files;
    my $before = child_seconds();
    my $began = wall_nanoseconds();
    my $pid = fork;
    die "cannot fork: $!\n" unless defined $pid;
    run_one($input, $output, $profile, @words) if $pid == 0;
    my ($status, $cpu, $resident) = (0, 0, 0);
    if ($wait4) {
        my ($status_bytes, $usage) = ("\0" x 4, "\0" x 144);
        my $waited;
        do { $waited = syscall($wait4, $pid, $status_bytes, 0, $usage) } while ($waited == -1 && $!{EINTR});
        die "cannot wait: $!\n" if $waited != $pid;
        $status = unpack 'i', $status_bytes;
        my @usage = unpack 'q5', $usage;
        ($cpu, $resident) = (($usage[0] + $usage[2]) * 1_000_000_000 + ($usage[1] + $usage[3]) * 1000, $usage[4]);
    }
    else {
        waitpid $pid, 0;
        $status = $?;
        $cpu = int((child_seconds() - $before) * 1_000_000_000);
    }
    my $wall = wall_nanoseconds() - $began;
    for my $path (grep { lstat } keys %written) {
        if (!length $written{$path}) { remove_tree($path) }
        else { rename $path, $written{$path} or die "cannot move $path: $!\n" }
    }
    print join(' ', ($status >> 8) & 255, $status & 127, $cpu, $resident, $wall), "\n";
}
