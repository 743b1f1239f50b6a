using System.Collections.Concurrent;

namespace Audio.Orleans.Gateway.Metrics;

/// <summary>What becomes of the values that an instrument measures.</summary>
internal enum MetricKind
{
    /// <summary>They are added up.</summary>
    Counter,

    /// <summary>They are added up, and may be negative.</summary>
    Sum,

    /// <summary>The last one is kept.</summary>
    Gauge,

    /// <summary>Each is the sum so far.</summary>
    ObservedCounter,

    /// <summary>Each is the value now.</summary>
    ObservedGauge,

    /// <summary>They are counted in buckets.</summary>
    Histogram,
}

/// <summary>All series of one name.</summary>
internal sealed class MetricFamily(string name, MetricKind kind, string? help, IReadOnlyList<double> bounds)
{
    /// <summary>What somebody else chooses as a tag must not fill the memory: series beyond these are dropped.</summary>
    private const int MostSeries = 1000;

    private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);

    /// <summary>The name, as it stands in the text.</summary>
    public string Name { get; } = name;

    /// <summary>What becomes of values.</summary>
    public MetricKind Kind { get; } = kind;

    private bool IsObserved => Kind is MetricKind.ObservedCounter or MetricKind.ObservedGauge;

    private string Type => Kind switch
    {
        MetricKind.Counter or MetricKind.ObservedCounter => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };

    /// <summary>Takes a value.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = MetricText.Labels(tags);
        if (!_series.TryGetValue(labels, out var series))
        {
            if (_series.Count >= MostSeries)
                return;
            series = _series.GetOrAdd(labels, _ => new Series(bounds.Count));
        }
        lock (series)
        {
            if (Kind is MetricKind.Counter or MetricKind.Sum or MetricKind.Histogram)
                series.Value += value;
            else
                series.Value = value;
            if (Kind != MetricKind.Histogram)
                return;
            series.Count++;
            for (var i = 0; i < bounds.Count; i++)
            {
                if (value <= bounds[i])
                    series.Buckets[i]++;
            }
        }
    }

    /// <summary>Forgets what was observed: what is not observed again is gone.</summary>
    public void BeginObserving()
    {
        if (IsObserved)
            _series.Clear();
    }

    /// <summary>Writes all series, in the order of their labels; nothing where there are none.</summary>
    public void Write(TextWriter text)
    {
        var all = _series.OrderBy(series => series.Key, StringComparer.Ordinal).ToList();
        if (all.Count == 0)
            return;
        if (!string.IsNullOrWhiteSpace(help))
            text.Write($"# HELP {Name} {MetricText.Escape(help)}\n");
        text.Write($"# TYPE {Name} {Type}\n");
        foreach (var (labels, series) in all)
        {
            lock (series)
            {
                if (Kind == MetricKind.Histogram)
                    WriteHistogram(text, labels, series);
                else
                    MetricText.WriteLine(text, Name, labels, series.Value);
            }
        }
    }

    private void WriteHistogram(TextWriter text, string labels, Series series)
    {
        var before = labels.Length == 0 ? "" : $"{labels},";
        for (var i = 0; i < bounds.Count; i++)
            MetricText.WriteLine(text, $"{Name}_bucket", $"{before}le=\"{MetricText.Number(bounds[i])}\"", series.Buckets[i]);
        MetricText.WriteLine(text, $"{Name}_bucket", $"{before}le=\"+Inf\"", series.Count);
        MetricText.WriteLine(text, $"{Name}_sum", labels, series.Value);
        MetricText.WriteLine(text, $"{Name}_count", labels, series.Count);
    }

    private sealed class Series(int buckets)
    {
        public double Value { get; set; }

        public long Count { get; set; }

        /// <summary>How many values were at most each bound.</summary>
        public long[] Buckets { get; } = new long[buckets];
    }
}
