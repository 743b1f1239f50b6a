using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.Gateway.Uploads;

/// <summary>A form's bytes, or those of a part of it. That it is cut off is its sender's fault and said so; what comes before the file is short.</summary>
internal sealed class FormStream(Stream bytes) : ForwardStream
{
    /// <summary>How many bytes were read.</summary>
    public long Count { get; private set; }

    /// <summary>How many bytes may be read. A form in which nothing but other fields comes would keep us reading for ever.</summary>
    public long Most { get; set; } = long.MaxValue;

    /// <summary>Whether there were more.</summary>
    public bool IsOver => Count > Most;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await bytes.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException exception) when (exception.GetType() == typeof(IOException))
        {
            // What the form's reader throws at an end without a boundary; broken connections have types of their own.
            throw new BadHttpRequestException("The form is cut off.", exception);
        }
        Count += read;
        return !IsOver ? read : throw new InvalidDataException("The form's fields beside the file are too long.");
    }
}
