namespace AudioOrleans.Grains.Interfaces;

/// <summary>
/// A password, a code, a token or an address on its way to a grain. Whoever prints the call, as Orleans does when an answer
/// comes late, prints nothing of it.
/// </summary>
/// <param name="Value">In clear.</param>
[GenerateSerializer, Immutable, Alias("audio.secret")]
public sealed record Secret([property: Id(0)] string Value)
{
    /// <summary>Keeps it out of logs.</summary>
    public override string ToString() => "Secret";
}
