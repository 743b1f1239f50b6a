namespace AudioOrleans.Standalone.Demo;

/// <summary>The demonstration: a station of one's own to listen to. Section <c>Demo</c>.</summary>
public sealed record DemoOptions
{
    /// <summary>Whether it runs.</summary>
    public bool Enabled { get; init; }

    /// <summary>How long each of its titles is on air.</summary>
    public TimeSpan TitleDuration { get; init; } = TimeSpan.FromSeconds(15);
}
