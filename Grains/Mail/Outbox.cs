using System.Text.Json;
using System.Threading.Channels;
using AudioOrleans.Persistence.Mail;
using AudioOrleans.Persistence.Secrets;

namespace AudioOrleans.Grains.Mail;

/// <summary>
/// Where grains leave mails. They are written with a grain's state, sealed, since their links open accounts; the silo's sender is
/// told at once and takes them out again.
/// </summary>
public sealed class Outbox(MailOptions options, SecretBox box, TimeProvider time)
{
    private readonly Channel<bool> _calls = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Whether this platform sends mail.</summary>
    public bool IsOn => options.IsOn;

    /// <summary>Where browsers reach the platform; only where it sends mail.</summary>
    public Uri Platform => options.PublicUrl!;

    /// <summary>The address of the account page; what it is to do stands behind the <c>#</c>, which browsers send to no server.</summary>
    public string LinkTo(string fragment) => $"{Platform}account.html#{fragment}";

    /// <summary>The mail as a row of the outbox, to go out at once.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="expiresAt">When it is not worth sending any more, UTC.</param>
    public OutboxRow Seal(OutgoingMail mail, DateTimeOffset expiresAt)
    {
        var (now, id) = (time.GetUtcNow(), Guid.CreateVersion7());
        return new OutboxRow(id, box.SealText(JsonSerializer.Serialize(mail), ContextOf(id)), now.UtcDateTime, expiresAt.UtcDateTime, 0);
    }

    /// <summary>The mail of a row.</summary>
    /// <exception cref="SecretBoxException">It was changed, belongs to another row or was sealed with a key that is not there.</exception>
    public OutgoingMail Open(OutboxRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return JsonSerializer.Deserialize<OutgoingMail>(box.OpenText(row.SealedMail, ContextOf(row.MailId)))!;
    }

    /// <summary>Tells the sender that a mail was written.</summary>
    public void Call() => _calls.Writer.TryWrite(true);

    /// <summary>Waits for a call, or for as long as is told: other silos write mails too.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var enough = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            await _calls.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nobody called; it is time to look all the same.
        }
    }

    private static string ContextOf(Guid mailId) => $"mail/{mailId:D}";
}
