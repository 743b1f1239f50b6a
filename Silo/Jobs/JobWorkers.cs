using System.Diagnostics;
using AudioOrleans.Persistence.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo.Jobs;

/// <summary>
/// Takes jobs and runs them, so many at once as the options say. A silo that stops takes no more, waits for those it runs, and gives
/// back what does not end in time.
/// </summary>
public sealed class JobWorkers : BackgroundService
{
    /// <summary>How long a run that was told to end may take for it.</summary>
    internal static readonly TimeSpan ShutdownGrace = TimeSpan.FromSeconds(2);

    /// <summary>How often to look without being called: for when the call was lost.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly string _name = $"{Environment.MachineName}/{Environment.ProcessId}";
    private readonly JobTable _table;
    private readonly JobListener _listener;
    private readonly JobOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<JobWorkers> _logger;
    private readonly JobHandlers _handlers;
    private readonly JobExecution _execution;
    private readonly LeaseKeeper _leases;
    private readonly DeadLetterNotifier _deadLetters;
    private readonly JobSignal _signal;

    /// <summary>Takes no jobs yet.</summary>
    /// <exception cref="InvalidOperationException">Two handlers do the same kind.</exception>
    public JobWorkers(JobTable table, JobListener listener, JobOptions options, IEnumerable<IJobHandler> handlers, TimeProvider time, ILoggerFactory loggers)
    {
        (_table, _listener, _options, _time) = (table, listener, options, time);
        _logger = loggers.CreateLogger<JobWorkers>();
        _handlers = new JobHandlers(handlers);
        _execution = new JobExecution(table, _handlers, time, loggers.CreateLogger<JobExecution>());
        _leases = new LeaseKeeper(table, options, time, loggers.CreateLogger<LeaseKeeper>());
        _deadLetters = new DeadLetterNotifier(table, _handlers, options, time, loggers.CreateLogger<DeadLetterNotifier>());
        _signal = new JobSignal(time);
    }

    /// <summary>Works for as long as the silo runs.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_options.Workers == 0 || _handlers.Kinds.Length == 0)
            return;
        // The loops are nobody's request.
        Activity.Current = null;
        using var giveUp = new CancellationTokenSource();
        var keeping = _leases.KeepAsync(giveUp.Token);
        var listening = ListenAsync(stoppingToken);
        var watching = _deadLetters.WatchAsync(_signal.Call, stoppingToken);
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
                if (_options.Workers - _leases.Count is > 0 and var free)
                    pause = await TakeAsync(free, giveUp);
            }
            catch (Exception exception) when (exception.IsPassing())
            {
                _logger.LogWarning(exception, "No jobs could be taken; trying again");
            }
            await _signal.WaitAsync(pause, stoppingToken);
        }
    }

    /// <summary>Takes jobs and begins to run them; says how long to wait for the next.</summary>
    private async Task<TimeSpan> TakeAsync(int free, CancellationToken giveUp)
    {
        var at = _time.GetTimestamp();
        // Not cancelled when the silo stops: what was taken without our knowing would wait for its lease to end.
        var taken = await _table.TakeAsync(_name, _handlers.Kinds, free, CancellationToken.None);
        foreach (var (job, lease) in taken.Leases)
        {
            var running = new RunningJob(job, lease, at);
            _leases.Add(running);
            _ = Task.Run(() => RunAsync(running, giveUp), CancellationToken.None);
        }
        if (taken.NextAt is not { } next)
            return Poll;
        var until = next - _time.GetUtcNow().UtcDateTime;
        return until < TimeSpan.Zero ? TimeSpan.Zero : until < Poll ? until : Poll;
    }

    private async Task RunAsync(RunningJob running, CancellationToken giveUp)
    {
        try
        {
            if (await _execution.RunAsync(running, giveUp) == JobState.Dead)
                _deadLetters.Call();
        }
        catch (Exception exception)
        {
            // A mistake of ours: the lease ends by itself, and the job is tried again.
            _logger.LogError(exception, "The outcome of job {JobId} is lost", running.Run.Job.JobId);
        }
        finally
        {
            _leases.Remove(running);
            running.Dispose();
            _signal.Call();
        }
    }

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _listener.ListenAsync(_signal.Call, stoppingToken);
            }
            catch (Exception exception) when (exception.IsPassing() && !stoppingToken.IsCancellationRequested)
            {
                _logger.LogWarning(exception, "Nobody tells of new jobs now; they are looked for once a second");
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
            _logger.LogInformation("The silo stops: of {Count} jobs that ran, {Left} did not end", count, _leases.Count);
    }

    /// <summary>Waits until nothing runs; false when it takes longer than told.</summary>
    private async Task<bool> EndAsync(TimeSpan atMost)
    {
        var start = _time.GetTimestamp();
        while (_leases.Count > 0)
        {
            var left = atMost - _time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
                return false;
            // Each run that ends calls.
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
            _logger.LogWarning(exception, "{Count} jobs could not be given back; other silos take them when their leases end", leases.Count);
        }
    }
}
