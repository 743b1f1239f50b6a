using System.Collections.Immutable;
using System.Diagnostics;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo.Jobs;

/// <summary>
/// Takes jobs and runs them, in each lane as many concurrently as configured. A stopping silo takes no more, waits for its running jobs,
/// and releases those that do not end in time.
/// </summary>
public sealed class JobDispatcher : BackgroundService
{
    /// <summary>How long a cancelled run may take to end.</summary>
    internal static readonly TimeSpan ShutdownGrace = TimeSpan.FromSeconds(2);

    /// <summary>How often to poll without a notification, in case one was lost.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly string _name = $"{Environment.MachineName}/{Environment.ProcessId}";
    private readonly JobTable _table;
    private readonly JobListener _listener;
    private readonly JobOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<JobDispatcher> _logger;
    private readonly JobHandlers _handlers;
    private readonly JobExecution _execution;
    private readonly LeaseKeeper _leases;
    private readonly DeadLetterNotifier _deadLetters;
    private readonly JobSignal _signal;
    private readonly ImmutableArray<Lane> _lanes;

    /// <summary>Does not take jobs yet.</summary>
    /// <exception cref="InvalidOperationException">Two handlers run the same kind.</exception>
    public JobDispatcher(JobTable table, JobListener listener, JobOptions options, IEnumerable<IJobHandler> handlers, TimeProvider time, ILoggerFactory loggers)
    {
        (_table, _listener, _options, _time) = (table, listener, options, time);
        _logger = loggers.CreateLogger<JobDispatcher>();
        _handlers = new JobHandlers(handlers);
        _lanes = [.. Enum.GetValues<JobLane>().Select(lane => new Lane(lane, _handlers.KindsOf(lane), WorkersOf(lane, options.Workers))).Where(lane => lane.Kinds.Length > 0)];
        _execution = new JobExecution(table, _handlers, time, loggers.CreateLogger<JobExecution>());
        _leases = new LeaseKeeper(table, options, time, loggers.CreateLogger<LeaseKeeper>());
        _deadLetters = new DeadLetterNotifier(table, _handlers, options, time, loggers.CreateLogger<DeadLetterNotifier>());
        _signal = new JobSignal(time);
    }

    /// <summary>How many jobs of a lane run concurrently; none on a silo without workers.</summary>
    internal static int WorkersOf(JobLane lane, int workers) => lane switch
    {
        JobLane.Quiet => (workers + 1) / 2,
        JobLane.External => 4 * workers,
        JobLane.OneByOne => Math.Min(1, workers),
        _ => workers,
    };

    /// <summary>Runs as long as the silo does.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_options.Workers == 0 || _lanes.IsEmpty)
            return;
        // The loops do not belong to any request.
        Activity.Current = null;
        using var giveUp = new CancellationTokenSource();
        var keeping = _leases.KeepAsync(giveUp.Token);
        var listening = ListenAsync(stoppingToken);
        var watching = _deadLetters.WatchAsync(LookEverywhere, stoppingToken);
        await TakeAsync(giveUp.Token, stoppingToken);
        await DrainAsync();
        await giveUp.CancelAsync();
        await Task.WhenAll(keeping, listening, watching);
    }

    private async Task TakeAsync(CancellationToken giveUp, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Poll;
            try
            {
                foreach (var lane in _lanes)
                {
                    if (lane.Workers - lane.Running is not (> 0 and var free))
                        continue;
                    // After its pause, a lane polls without a notification, in case one was lost.
                    if (lane.TakeLook() || _time.GetElapsedTime(lane.LookedAt) >= lane.Pause)
                        (lane.LookedAt, lane.Pause) = (_time.GetTimestamp(), await TakeAsync(lane, free, giveUp));
                    var left = lane.Pause - _time.GetElapsedTime(lane.LookedAt);
                    if (left < pause)
                        pause = left > TimeSpan.Zero ? left : TimeSpan.Zero;
                }
            }
            catch (Exception exception) when (exception.IsPassing())
            {
                _logger.LogWarning(exception, "No jobs could be taken; trying again");
                foreach (var lane in _lanes)
                    lane.Look();
                pause = Poll;
            }
            await _signal.WaitAsync(pause, stoppingToken);
        }
    }

    /// <summary>Takes jobs of a lane and starts them; returns how long to wait for the next.</summary>
    private async Task<TimeSpan> TakeAsync(Lane lane, int free, CancellationToken giveUp)
    {
        var at = _time.GetTimestamp();
        // Not cancelled when the silo stops: a job taken in an abandoned call would wait for its lease to expire.
        var taken = await _table.TakeAsync(_name, lane.Kinds, free, CancellationToken.None);
        foreach (var (job, lease) in taken.Leases)
        {
            var running = new RunningJob(job, lease, at);
            _leases.Add(running);
            lane.Begin();
            _ = Task.Run(() => RunAsync(running, lane, giveUp), CancellationToken.None);
        }
        if (taken.NextAt is not { } next)
            return Poll;
        var until = next - _time.GetUtcNow().UtcDateTime;
        return until < TimeSpan.Zero ? TimeSpan.Zero : until < Poll ? until : Poll;
    }

    private void LookEverywhere()
    {
        foreach (var lane in _lanes)
            lane.Look();
        _signal.Call();
    }

    private async Task RunAsync(RunningJob running, Lane lane, CancellationToken giveUp)
    {
        try
        {
            if (await _execution.RunAsync(running, giveUp) == JobState.Dead)
                _deadLetters.Call();
        }
        catch (Exception exception)
        {
            // A bug: the lease expires, and the job is retried.
            _logger.LogError(exception, "The outcome of job {JobId} was lost", running.Run.Job.JobId);
        }
        finally
        {
            _leases.Remove(running);
            running.Dispose();
            lane.End();
            _signal.Call();
        }
    }

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _listener.ListenAsync(LookEverywhere, stoppingToken);
            }
            catch (Exception exception) when (exception.IsPassing() && !stoppingToken.IsCancellationRequested)
            {
                _logger.LogWarning(exception, "There are no notifications of new jobs at the moment; checking for new jobs once a second");
                await Task.WhenAny(Task.Delay(Poll, _time, stoppingToken));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task DrainAsync()
    {
        var count = _leases.Count;
        if (!await EndAsync(_options.Drain))
        {
            foreach (var running in _leases.Running)
                running.Stop(StopReason.GivenBack);
            if (!await EndAsync(ShutdownGrace))
                await GiveBackAsync([.. _leases.Running.Select(running => running.Run.Lease)]);
        }
        if (count > 0)
            _logger.LogInformation("The silo is stopping: of {Count} running jobs, {Left} did not end", count, _leases.Count);
    }

    /// <summary>Waits until nothing runs; false if that takes too long.</summary>
    private async Task<bool> EndAsync(TimeSpan atMost)
    {
        var start = _time.GetTimestamp();
        while (_leases.Count > 0)
        {
            var left = atMost - _time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
                return false;
            // Each run signals when it ends.
            await _signal.WaitAsync(left, CancellationToken.None);
        }
        return true;
    }

    private async Task GiveBackAsync(IReadOnlyCollection<JobLease> leases)
    {
        try
        {
            await _table.ReleaseAsync(leases, CancellationToken.None);
        }
        catch (Exception exception) when (exception.IsPassing())
        {
            _logger.LogWarning(exception, "{Count} jobs could not be released; other silos take them when their leases expire", leases.Count);
        }
    }

    /// <summary>The workers of one lane.</summary>
    private sealed class Lane(JobLane name, string[] kinds, int workers)
    {
        private int _running;
        private int _look = 1;

        /// <summary>The lane.</summary>
        public JobLane Name => name;

        /// <summary>The kinds of jobs that it runs.</summary>
        public string[] Kinds => kinds;

        /// <summary>The maximum number of concurrent jobs.</summary>
        public int Workers => workers;

        /// <summary>The number of running jobs.</summary>
        public int Running => Volatile.Read(ref _running);

        /// <summary>When it last polled for jobs, as a timestamp; used by the taking loop only.</summary>
        public long LookedAt { get; set; }

        /// <summary>How long it may wait before it polls again; used by the taking loop only.</summary>
        public TimeSpan Pause { get; set; }

        /// <summary>Signals that there may be jobs for it.</summary>
        public void Look() => Volatile.Write(ref _look, 1);

        /// <summary>Whether there may be jobs for it; true once per <see cref="Look"/>.</summary>
        public bool TakeLook() => Interlocked.Exchange(ref _look, 0) == 1;

        /// <summary>Records that a job has started.</summary>
        public void Begin() => Interlocked.Increment(ref _running);

        /// <summary>Records that a job has ended, so that another can start.</summary>
        public void End()
        {
            Interlocked.Decrement(ref _running);
            Look();
        }
    }
}
