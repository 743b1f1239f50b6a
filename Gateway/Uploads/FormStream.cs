using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.Gateway.Uploads;

/// <summary>
/// The bytes of a form, or of a part of it. Reports a truncated form as the sender's fault, and limits the length of what precedes the file.
/// </summary>
internal sealed class FormStream(Stream bytes) : ForwardStream
{
    /// <summary>The number of bytes read.</summary>
    public long Count { get; private set; }

    /// <summary>The maximum number of bytes. Without it, a form with nothing but other fields could be read forever.</summary>
    public long Most { get; set; } = long.MaxValue;

    /// <summary>Whether the limit was exceeded.</summary>
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
            // The form reader throws this at an end without a boundary; broken connections have their own exception types.
            throw new BadHttpRequestException("The form is truncated.", exception);
        }
        Count += read;
        return !IsOver ? read : throw new InvalidDataException("The form's fields besides the file are too long.");
    }
}
