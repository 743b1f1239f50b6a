namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>A file cannot be used, now or later. The message is a sentence for whoever sent it.</summary>
public sealed class UnusableAudioException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>It plays for longer than is taken.</summary>
    public static UnusableAudioException TooLong() => new($"The audio is longer than {AudioEncoder.MostHours} hours.");

    /// <summary>Nothing in it can be played.</summary>
    public static UnusableAudioException NoAudio() => new("The file holds no audio that can be played; it may be empty, cut off or damaged.");
}
