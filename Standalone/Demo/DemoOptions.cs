using AudioOrleans.Configuration;

namespace AudioOrleans.Standalone.Demo;

/// <summary>Options for the demo, a local station to listen to. Section <c>Demo</c>.</summary>
public sealed record DemoOptions : IValidatedOptions
{
    /// <inheritdoc/>
    public static string Section => "Demo";

    /// <summary>Whether the demo runs.</summary>
    public bool Enabled { get; init; }

    /// <summary>How long each of its titles is on air.</summary>
    public TimeSpan TitleDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(TitleDuration > TimeSpan.Zero, nameof(TitleDuration), "a time above zero, such as 00:00:15");
    }
}
