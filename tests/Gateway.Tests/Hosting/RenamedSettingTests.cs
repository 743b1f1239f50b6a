using AudioOrleans.Configuration;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Testing.Platforms;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Gateway.Tests.Hosting;

/// <summary><c>Jobs__Patience</c> is called <c>Jobs__OutageRetryWindow</c> now.</summary>
public sealed class RenamedSettingTests
{
    private const string Warning = "Jobs__Patience is now called Jobs__OutageRetryWindow; the next version no longer accepts the old name";

    private static readonly (string, string) Shipped = ("Jobs:OutageRetryWindow", "1.00:00:00");

    [Fact]
    public void The_new_name_is_used_without_a_warning() => AssertWindow(TimeSpan.FromHours(2), warns: false, [Shipped], [("Jobs:OutageRetryWindow", "02:00:00")]);

    [Fact]
    public void The_old_name_overrides_the_shipped_default_with_a_warning() => AssertWindow(TimeSpan.FromHours(3), warns: true, [Shipped], [("Jobs:Patience", "03:00:00")]);

    [Fact]
    public void If_both_are_set_in_one_place_the_new_name_is_used() =>
        AssertWindow(TimeSpan.FromHours(2), warns: true, [Shipped], [("Jobs:Patience", "03:00:00"), ("Jobs:OutageRetryWindow", "02:00:00")]);

    [Fact]
    public void The_new_name_overrides_an_old_name_from_a_weaker_source() =>
        AssertWindow(TimeSpan.FromHours(2), warns: true, [Shipped, ("Jobs:Patience", "03:00:00")], [("Jobs:OutageRetryWindow", "02:00:00")]);

    [Fact]
    public async Task A_platform_that_uses_the_old_name_starts_and_logs_a_warning()
    {
        await using var platform = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Jobs__Patience"] = "03:00:00" });
        Assert.Contains(Warning, platform.Log, StringComparison.Ordinal);
    }

    private static void AssertWindow(TimeSpan expected, bool warns, params (string Key, string Value)[][] sources)
    {
        using var configuration = new ConfigurationManager();
        foreach (var source in sources)
            configuration.AddInMemoryCollection(source.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        using var lines = new Lines();
        using var logging = LoggerFactory.Create(builder => builder.AddProvider(lines));
        configuration.UseRenamedSettings(logging);
        Assert.Equal(expected, configuration.ReadOptions<JobOptions>().OutageRetryWindow);
        Assert.Equal(warns ? [Warning] : [], lines.Written);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public List<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Written.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
