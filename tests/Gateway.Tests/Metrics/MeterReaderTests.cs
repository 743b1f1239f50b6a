using System.Diagnostics.Metrics;
using Audio.Orleans.Gateway.Metrics;

namespace Audio.Orleans.Gateway.Tests.Metrics;

public sealed class MeterReaderTests : IDisposable
{
    private readonly string _name = $"Test.{Guid.NewGuid():N}";
    private readonly Meter _meter;
    private readonly MeterReader _reader;

    public MeterReaderTests() => (_meter, _reader) = (new Meter(_name), new MeterReader(_name));

    public void Dispose()
    {
        _reader.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Without_a_measurement_there_is_nothing()
    {
        _meter.CreateCounter<long>("unused");
        _meter.CreateObservableGauge("silent", () => Array.Empty<Measurement<long>>());
        Assert.Equal("", _reader.Read());
    }

    [Fact]
    public void Counters_add_up_and_are_called_total()
    {
        var counter = _meter.CreateCounter<long>("mails.sent", description: "Mails that\nwere \\ sent.");
        counter.Add(2);
        counter.Add(3);
        var named = _meter.CreateCounter<int>("bytes_total");
        named.Add(1, new KeyValuePair<string, object?>("node", "b"), new KeyValuePair<string, object?>("kind", 1));
        named.Add(4, new KeyValuePair<string, object?>("kind", 1), new KeyValuePair<string, object?>("node", "b"));
        named.Add(7, new KeyValuePair<string, object?>("node", "a\"\\\n"));
        Assert.Equal(
            """
            # TYPE bytes_total counter
            bytes_total{kind="1",node="b"} 5
            bytes_total{node="a\"\\\n"} 7
            # HELP mails_sent_total Mails that\nwere \\ sent.
            # TYPE mails_sent_total counter
            mails_sent_total 5

            """,
            _reader.Read());
    }

    [Fact]
    public void Sums_and_gauges_are_gauges()
    {
        var sum = _meter.CreateUpDownCounter<int>("open");
        sum.Add(5);
        sum.Add(-7);
        _meter.CreateGauge<double>("level").Record(0.5);
        _meter.CreateObservableUpDownCounter("observed", () => -1.25m);
        Assert.Equal("# TYPE level gauge\nlevel 0.5\n# TYPE observed gauge\nobserved -1.25\n# TYPE open gauge\nopen -2\n", _reader.Read());
    }

    [Fact]
    public void What_is_observed_is_what_is_so_now()
    {
        List<Measurement<long>> lengths = [new(3, new KeyValuePair<string, object?>("queue", "uploads")), new(1, new KeyValuePair<string, object?>("queue", "fetches"))];
        _meter.CreateObservableGauge("queue_length", () => lengths);
        var seen = 0L;
        _meter.CreateObservableCounter("seen", () => ++seen);
        Assert.Contains("queue_length{queue=\"fetches\"} 1\nqueue_length{queue=\"uploads\"} 3\n", _reader.Read(), StringComparison.Ordinal);
        lengths = [new(4, new KeyValuePair<string, object?>("queue", "uploads"))];
        Assert.Equal("# TYPE queue_length gauge\nqueue_length{queue=\"uploads\"} 4\n# TYPE seen_total counter\nseen_total 2\n", _reader.Read());
    }

    [Fact]
    public void Histograms_have_buckets_that_contain_each_other()
    {
        var histogram = _meter.CreateHistogram<double>("wait_seconds", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var value in (double[])[0.05, 0.1, 0.5, 7])
            histogram.Record(value, new KeyValuePair<string, object?>("queue", "uploads"));
        Assert.Equal(
            """
            # TYPE wait_seconds histogram
            wait_seconds_bucket{queue="uploads",le="0.1"} 2
            wait_seconds_bucket{queue="uploads",le="1"} 3
            wait_seconds_bucket{queue="uploads",le="+Inf"} 4
            wait_seconds_sum{queue="uploads"} 7.65
            wait_seconds_count{queue="uploads"} 4

            """,
            _reader.Read());
    }

    [Fact]
    public void Other_meters_are_not_listened_to()
    {
        using var other = new Meter($"{_name}.Other");
        other.CreateCounter<long>("noise").Add(1);
        Assert.Equal("", _reader.Read());
    }

    [Fact]
    public void Meters_of_one_name_share_their_series()
    {
        using var second = new Meter(_name);
        _meter.CreateCounter<long>("runs").Add(1);
        second.CreateCounter<long>("runs").Add(2);
        second.CreateGauge<long>("runs_total").Record(99); // A name is of one kind.
        Assert.Equal("# TYPE runs_total counter\nruns_total 3\n", _reader.Read());
    }

    [Fact]
    public void Numbers_that_are_none_have_names()
    {
        var gauge = _meter.CreateGauge<double>("1st-level");
        gauge.Record(double.NaN, new KeyValuePair<string, object?>("a b", "nan"));
        gauge.Record(double.PositiveInfinity, new KeyValuePair<string, object?>("a b", "up"));
        gauge.Record(double.NegativeInfinity, new KeyValuePair<string, object?>("a b", null));
        Assert.Equal("# TYPE _1st_level gauge\n_1st_level{a_b=\"\"} -Inf\n_1st_level{a_b=\"nan\"} NaN\n_1st_level{a_b=\"up\"} +Inf\n", _reader.Read());
    }

    [Fact]
    public void Tags_without_end_do_not_fill_the_memory()
    {
        var counter = _meter.CreateCounter<long>("visits");
        for (var i = 0; i < 5000; i++)
            counter.Add(1, new KeyValuePair<string, object?>("who", i));
        Assert.InRange(_reader.Read().Count(character => character == '\n'), 2, 1001);
    }

    [Fact]
    public void Threads_at_once_lose_nothing()
    {
        var counter = _meter.CreateCounter<long>("steps");
        Parallel.For(0, 10_000, i => counter.Add(1, new KeyValuePair<string, object?>("even", i % 2 == 0)));
        Assert.Equal("# TYPE steps_total counter\nsteps_total{even=\"False\"} 5000\nsteps_total{even=\"True\"} 5000\n", _reader.Read());
    }
}
