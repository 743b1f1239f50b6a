using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace AudioOrleans.Silo.Metrics;

/// <summary>
/// How each instrument becomes series. Labels are named here, so that a new version of a library cannot bring one without end, and each
/// instrument has a limit: what goes beyond it is counted in one series, <c>otel_metric_overflow="true"</c>.
/// </summary>
internal static class MetricViews
{
    /// <summary>A series takes memory from the start on, whether it is used or not.</summary>
    private const int MostSeries = 200;

    /// <summary>Each route with the answers that it really gives.</summary>
    private const int MostRouteSeries = 1000;

    private static readonly string[] RouteLabels = ["http.request.method", "http.route", "http.response.status_code"];

    /// <summary>Types, states and outcomes. Not among them: addresses of silos, of which each start makes a new one.</summary>
    private static readonly string[] OrleansLabels =
        ["grain_type", "type", "state_name", "status", "via", "directory", "locator", "Context", "Direction", "Phase", "Status"];

    /// <summary>Seconds. Requests have a deadline of a minute; what lasts longer is a player that listens.</summary>
    private static readonly double[] RequestBounds = [0.001, 0.005, 0.025, 0.1, 0.25, 1, 5, 30, 60];

    /// <summary>Seconds: from a single request to a listener of a whole day.</summary>
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
            (PlatformMetrics.Hosting, _) => MetricStreamConfiguration.Drop, // Two more measurements with each request, for what connections tell.
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
