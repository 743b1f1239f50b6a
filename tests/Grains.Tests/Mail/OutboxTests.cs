using AudioOrleans.Grains.Mail;
using AudioOrleans.Persistence.Secrets;
using AudioOrleans.Testing;

namespace AudioOrleans.Grains.Tests.Mail;

public sealed class OutboxTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly OutgoingMail Mail = new("dj@example.org", "Hello", "https://radio.example.org/account.html#verify=x");

    private readonly ManualTimeProvider _time = new();
    private readonly Outbox _outbox;

    public OutboxTests()
    {
        var key = MasterKey.LoadOrCreate(Convert.ToBase64String(new byte[32]), "");
        _outbox = new Outbox(new MailOptions { Host = "localhost", PublicUrl = new Uri("https://radio.example.org") }, new SecretBox(key), _time);
    }

    [Fact]
    public void A_mail_opens_in_its_own_row_only()
    {
        var expires = _time.GetUtcNow().AddHours(1);
        var row = _outbox.Seal(Mail, expires);
        Assert.Equal(Mail, _outbox.Open(row));
        Assert.Equal((_time.GetUtcNow().UtcDateTime, expires.UtcDateTime, 0), (row.DueAt, row.ExpiresAt, row.Attempts));
        Assert.Throws<SecretBoxException>(() => { _outbox.Open(row with { MailId = Guid.NewGuid() }); });
    }

    [Fact]
    public void Neither_address_nor_link_is_printed() => Assert.Equal("OutgoingMail", Mail.ToString());

    [Fact]
    public async Task A_call_ends_the_wait_at_once_even_when_it_came_before()
    {
        var wait = _outbox.WaitAsync(TimeSpan.FromSeconds(3), CancellationToken.None);
        Assert.False(wait.IsCompleted);
        _outbox.Call();
        await Eventually.Ends(wait, Deadline, "the wait is over");
        _outbox.Call();
        _outbox.Call();
        await Eventually.Ends(_outbox.WaitAsync(TimeSpan.FromSeconds(3), CancellationToken.None), Deadline, "the call was kept");
        Assert.False(_outbox.WaitAsync(TimeSpan.FromSeconds(3), CancellationToken.None).IsCompleted); // Two calls are one.
    }

    [Fact]
    public async Task Without_a_call_the_wait_ends_after_its_time_and_loses_no_later_call()
    {
        var wait = _outbox.WaitAsync(TimeSpan.FromSeconds(3), CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(3));
        await Eventually.Ends(wait, Deadline, "the wait is over");
        _outbox.Call();
        await Eventually.Ends(_outbox.WaitAsync(TimeSpan.FromSeconds(3), CancellationToken.None), Deadline, "the call was kept");
    }
}
