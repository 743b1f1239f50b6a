namespace Orleans.Runtime;

/// <summary>
/// The calls that await a response, so that each can time out. Linked lists through the messages themselves, a few of them
/// side by side: adding and removing costs no memory and hardly any waiting.
/// </summary>
internal sealed class CallsInFlight : IDisposable
{
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(1), Fastest = TimeSpan.FromMilliseconds(10);

    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, 16).Select(_ => new Stripe())];
    private readonly TimeProvider _clock;
    private readonly ITimer _sweep;
    private TimeSpan _period = Timeout.InfiniteTimeSpan;

    public CallsInFlight(TimeProvider clock)
    {
        _clock = clock;
        _sweep = clock.CreateTimer(_ => Sweep(clock.GetTimestamp()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Looks often enough for a time limit like this: a tenth of it late at most, and never more than a second.</summary>
    public void Expect(TimeSpan limit)
    {
        var period = limit / 10 is var tenth && tenth > Slowest ? Slowest : tenth < Fastest ? Fastest : tenth;
        lock (_sweep)
        {
            if (_period != Timeout.InfiniteTimeSpan && _period <= period)
                return;
            _period = period;
            _sweep.Change(period, period);
        }
    }

    public void Add(Message message, TimeSpan limit)
    {
        var stripe = _stripes[Environment.CurrentManagedThreadId % _stripes.Length];
        message.InFlight.Stripe = stripe;
        message.InFlight.Deadline = _clock.GetTimestamp() + (long)(limit.TotalSeconds * _clock.TimestampFrequency);
        lock (stripe)
        {
            message.InFlight.Next = stripe.First;
            if (stripe.First is { } first)
                first.InFlight.Previous = message;
            stripe.First = message;
        }
    }

    public static void Remove(Message message)
    {
        ref var link = ref message.InFlight;
        if (link.Stripe is not { } stripe)
            return;
        lock (stripe)
        {
            if (link.Stripe is null)
                return;
            if (link.Previous is not null)
                link.Previous.InFlight.Next = link.Next;
            else if (stripe.First == message)
                stripe.First = link.Next;
            if (link.Next is not null)
                link.Next.InFlight.Previous = link.Previous;
            link = default;
        }
    }

    /// <summary>Ends all calls with the same failure.</summary>
    public void FailAll(Exception failure) => Take(long.MaxValue).ForEach(message => message.Fail(failure));

    public void Dispose() => _sweep.Dispose();

    private void Sweep(long now) => Take(now).ForEach(message => message.TimeOut());

    private List<Message> Take(long now)
    {
        List<Message> due = [];
        foreach (var stripe in _stripes)
        {
            lock (stripe)
            {
                for (var message = stripe.First; message is not null; message = message.InFlight.Next)
                {
                    if (message.InFlight.Deadline <= now)
                        due.Add(message);
                }
            }
        }

        return due;
    }

    /// <summary>A message's place in its list.</summary>
    internal struct Link
    {
        public Stripe? Stripe;
        public Message? Next;
        public Message? Previous;
        public long Deadline;
    }

    internal sealed class Stripe
    {
        public Message? First;
    }
}
