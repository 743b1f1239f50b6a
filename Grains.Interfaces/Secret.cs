namespace AudioOrleans.Grains.Interfaces;

/// <summary>
/// A password, a code, a token or an address passed to a grain. Its value is not printed when a call is logged, as Orleans does
/// when a response is late.
/// </summary>
/// <param name="Value">In plain text.</param>
[GenerateSerializer, Immutable, Alias("audio.secret")]
public sealed record Secret([property: Id(0)] string Value)
{
    /// <summary>Keeps the value out of logs.</summary>
    public override string ToString() => "Secret";
}
