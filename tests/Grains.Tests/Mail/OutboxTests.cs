using System.Text.Json;
using AudioOrleans.Grains.Mail;
using AudioOrleans.Persistence.Secrets;

namespace AudioOrleans.Grains.Tests.Mail;

public sealed class OutboxTests
{
    private static readonly OutgoingMail Mail = new("dj@example.org", "Hello", "https://radio.example.org/account.html#verify=x");

    private readonly Outbox _outbox = new(
        new MailOptions { Host = "localhost", PublicUrl = new Uri("https://radio.example.org") },
        new SecretBox(MasterKey.LoadOrCreate(Convert.ToBase64String(new byte[32]), "")));

    [Fact]
    public void A_mail_can_be_opened_only_in_its_own_job()
    {
        var expires = new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
        var job = _outbox.Send(Mail, expires).Job;
        var payload = JsonSerializer.Deserialize<MailPayload>(job.Payload)!;
        Assert.Equal(Mail, _outbox.Open(job.JobId, payload));
        Assert.Equal(("mail.send", "mail", expires), (job.Kind, job.Queue, payload.ExpiresAt));
        Assert.Throws<SecretBoxException>(() => { _outbox.Open(Guid.NewGuid(), payload); });
    }

    [Fact]
    public void Neither_address_nor_link_is_printed_or_readable_in_the_job()
    {
        Assert.Equal("OutgoingMail", Mail.ToString());
        Assert.DoesNotContain("example.org", _outbox.Send(Mail, DateTimeOffset.UnixEpoch).Job.Payload, StringComparison.Ordinal);
    }
}
