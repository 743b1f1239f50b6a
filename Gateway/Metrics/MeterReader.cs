using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Audio.Orleans.Gateway.Metrics;

/// <summary>Keeps what the instruments of one meter measure, from its making on, and writes it as text.</summary>
public sealed class MeterReader : IDisposable
{
    /// <summary>Bounds of histograms that name none, for times in seconds.</summary>
    private static readonly double[] StandardBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly Lock _reading = new();
    private readonly string _meterName;

    /// <summary>Begins to listen to all meters of a name.</summary>
    public MeterReader(string meterName)
    {
        _meterName = meterName;
        _listener.InstrumentPublished = Enable;
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, family) => Record(value, tags, family));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, family) => Record(value, tags, family));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => Record(value, tags, family));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => Record(value, tags, family));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, family) => Record(value, tags, family));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => Record(value, tags, family));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, family) => Record((double)value, tags, family));
        _listener.Start();
    }

    /// <summary>All that is known now, in the Prometheus text format 0.0.4.</summary>
    public string Read()
    {
        using var text = new StringWriter();
        lock (_reading)
        {
            foreach (var family in _families.Values)
                family.BeginObserving();
            _listener.RecordObservableInstruments();
            foreach (var family in _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal))
                family.Write(text);
        }
        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private static void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? family) => (family as MetricFamily)?.Record(value, tags);

    private static MetricKind? KindOf(Instrument instrument)
    {
        var type = instrument.GetType();
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        if (definition == typeof(Counter<>))
            return MetricKind.Counter;
        if (definition == typeof(UpDownCounter<>))
            return MetricKind.Sum;
        if (definition == typeof(Gauge<>))
            return MetricKind.Gauge;
        if (definition == typeof(ObservableCounter<>))
            return MetricKind.ObservedCounter;
        if (definition == typeof(ObservableGauge<>) || definition == typeof(ObservableUpDownCounter<>))
            return MetricKind.ObservedGauge;
        return definition == typeof(Histogram<>) ? MetricKind.Histogram : null;
    }

    private static IReadOnlyList<double> BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => bounds,
        Histogram<long> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds.Select(bound => (double)bound)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds.Select(bound => (double)bound)],
        _ => StandardBounds,
    };

    private void Enable(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name != _meterName || KindOf(instrument) is not { } kind)
            return;
        var name = MetricText.Name(instrument.Name);
        if (kind is MetricKind.Counter or MetricKind.ObservedCounter && !name.EndsWith("_total", StringComparison.Ordinal))
            name += "_total";
        var family = _families.GetOrAdd(name, _ => new MetricFamily(name, kind, instrument.Description, kind == MetricKind.Histogram ? BoundsOf(instrument) : []));
        // A name is of one kind: of a second one there is nothing to be written.
        if (family.Kind == kind)
            listener.EnableMeasurementEvents(instrument, family);
    }
}
