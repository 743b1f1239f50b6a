using System.Diagnostics.Metrics;
using AudioOrleans.Persistence.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo.Jobs;

/// <summary>
/// The gauge <c>queue_length</c>: the number of waiting jobs in each queue, including those not due yet. It is the same on each silo:
/// all query one database.
/// </summary>
public sealed class QueueLengths : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly Meter _meter = new("Audio.Orleans");
    private readonly HashSet<string> _known = [];
    private readonly JobTable _table;
    private readonly TimeProvider _time;
    private readonly ILogger<QueueLengths> _logger;
    private volatile IReadOnlyList<Measurement<long>> _lengths = [];

    /// <summary>Adds the gauge.</summary>
    public QueueLengths(JobTable table, TimeProvider time, ILogger<QueueLengths> logger)
    {
        (_table, _time, _logger) = (table, time, logger);
        _meter.CreateObservableGauge("queue_length", () => _lengths, description: "Jobs that wait for a worker or for their due time, by queue.");
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    /// <summary>Queries the database every two seconds.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, _time);
        do
        {
            try
            {
                var lengths = (await _table.LengthsAsync(stoppingToken)).ToDictionary(one => one.Queue, one => one.Length);
                _known.UnionWith(lengths.Keys);
                // A queue that became empty reports a length of 0.
                _lengths = [.. _known.Select(queue => new Measurement<long>(lengths.GetValueOrDefault(queue), new KeyValuePair<string, object?>("queue", queue)))];
            }
            catch (Exception exception) when (exception.IsPassing() && !stoppingToken.IsCancellationRequested)
            {
                // No value rather than a stale one.
                _lengths = [];
                _logger.LogDebug(exception, "The lengths of the queues could not be read");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
