using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace AudioOrleans.Silo.Metrics;

/// <summary>
/// Maps each instrument to series. Labels are listed here, so that a new version of a library cannot add an unbounded one, and each
/// instrument has a limit: excess series are merged into one, <c>otel_metric_overflow="true"</c>.
/// </summary>
internal static class MetricViews
{
    /// <summary>A series takes memory from the start, whether or not it is used.</summary>
    private const int MostSeries = 200;

    /// <summary>Each route with the status codes that it actually returns.</summary>
    private const int MostRouteSeries = 1000;

    private static readonly string[] RouteLabels = ["http.request.method", "http.route", "http.response.status_code"];

    /// <summary>Types, states and outcomes. Not silo addresses, of which each start creates a new one.</summary>
    private static readonly string[] OrleansLabels =
        ["grain_type", "type", "state_name", "status", "via", "directory", "locator", "Context", "Direction", "Phase", "Status"];

    /// <summary>Seconds. Requests time out after a minute; longer ones are listening players.</summary>
    private static readonly double[] RequestBounds = [0.001, 0.005, 0.025, 0.1, 0.25, 1, 5, 30, 60];

    /// <summary>Seconds: from a single request to a day of listening.</summary>
    private static readonly double[] ConnectionBounds = [1, 10, 60, 600, 3600, 14_400, 86_400];

    /// <summary>Milliseconds: Orleans' own unit. Calls have a timeout of 5 s, slow ones of 30 s.</summary>
    private static readonly double[] OrleansBounds = [1, 5, 25, 100, 250, 1000, 5000, 30_000];

    /// <summary>Bytes of a message between silos.</summary>
    private static readonly double[] SizeBounds = [256, 1024, 4096, 16_384, 65_536, 1_048_576];

    /// <summary>The view of an instrument.</summary>
    public static MetricStreamConfiguration For(Instrument instrument) =>
        (instrument.Meter.Name, instrument.Name) switch
        {
            (PlatformMetrics.Hosting, "http.server.request.duration") => Histogram(RequestBounds, RouteLabels, MostRouteSeries),
            (PlatformMetrics.Hosting, _) => MetricStreamConfiguration.Drop, // Two more measurements per request, for data that connections already report.
            (PlatformMetrics.Kestrel, "kestrel.connection.duration") => Histogram(ConnectionBounds, ["server.port"]),
            (PlatformMetrics.Kestrel, _) => new MetricStreamConfiguration { TagKeys = ["server.port"], CardinalityLimit = MostSeries },
            (PlatformMetrics.Orleans, _) when IsHistogram(instrument) => Histogram(instrument.Unit == "bytes" ? SizeBounds : OrleansBounds, OrleansLabels),
            (PlatformMetrics.Orleans, _) => new MetricStreamConfiguration { TagKeys = OrleansLabels, CardinalityLimit = MostSeries },
            _ => new MetricStreamConfiguration { CardinalityLimit = MostSeries },
        };

    private static bool IsHistogram(Instrument instrument) =>
        instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Histogram<>);

    private static ExplicitBucketHistogramConfiguration Histogram(double[] bounds, string[] labels, int mostSeries = MostSeries) =>
        new() { Boundaries = bounds, TagKeys = labels, CardinalityLimit = mostSeries };
}
