namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>A file is permanently unusable. The message is a sentence for the uploader.</summary>
public sealed class UnusableAudioException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The playing time exceeds the maximum.</summary>
    public static UnusableAudioException TooLong() => new($"The audio is longer than {AudioEncoder.MostHours} hours.");

    /// <summary>It contains no playable audio.</summary>
    public static UnusableAudioException NoAudio() => new("The file holds no audio that can be played; it may be empty, cut off or damaged.");
}
